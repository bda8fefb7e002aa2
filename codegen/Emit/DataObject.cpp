// LLVM could write this object, from a constant: it would copy the bytes several times, and keep each pass over the
// module busy with them for seconds. The format is simple enough to write: a header, the bytes, symbols, names.

#include "codegen/Emit/DataObject.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/EndianStream.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
namespace sconce::codegen {

static constexpr uint64_t blobAlignment = 64;

static Expected<uint16_t> getMachine(const TargetInfo &target) {
  Triple triple(target.triple);
  if (triple.isOSBinFormatELF() && triple.isLittleEndian()) {
    if (triple.getArch() == Triple::x86_64)
      return ELF::EM_X86_64;
    if (triple.getArch() == Triple::aarch64)
      return ELF::EM_AARCH64;
    if (triple.getArch() == Triple::riscv64)
      return ELF::EM_RISCV;
  }
  return createStringError("cannot write weights into an object for '" + target.triple +
                           "': expected 64-bit little-endian ELF");
}

namespace {
/// The tables of the file, laid out before the first byte is written.
struct DataLayoutPlan {
  struct Placed {
    ArrayRef<char> bytes;
    uint64_t offset; ///< in the section
  };
  std::vector<Placed> contents;
  std::vector<ELF::Elf64_Sym> symbols;
  std::string strings = std::string(1, '\0');
  uint64_t dataBytes = 0;

  uint32_t addString(StringRef text) {
    uint32_t at = strings.size();
    strings.append(text.begin(), text.end());
    strings.push_back('\0');
    return at;
  }

  explicit DataLayoutPlan(ArrayRef<DataBlob> blobs) {
    DenseMap<std::pair<const char *, size_t>, uint64_t> placed;
    symbols.push_back(ELF::Elf64_Sym{});
    for (const DataBlob &blob : blobs) {
      auto [found, isNew] = placed.try_emplace({blob.bytes.data(), blob.bytes.size()}, dataBytes);
      if (isNew) {
        contents.push_back({blob.bytes, dataBytes});
        dataBytes = alignTo(dataBytes + blob.bytes.size(), blobAlignment);
      }
      ELF::Elf64_Sym symbol{};
      symbol.st_name = addString(blob.symbol);
      symbol.setBindingAndType(ELF::STB_GLOBAL, ELF::STT_OBJECT);
      symbol.st_other = ELF::STV_HIDDEN;
      symbol.st_shndx = 1;
      symbol.st_value = found->second;
      symbol.st_size = blob.bytes.size();
      symbols.push_back(symbol);
    }
  }
};
} // namespace

static void writeSection(support::endian::Writer &out, uint32_t name, uint32_t type, uint64_t flags, uint64_t offset,
                         uint64_t size, uint32_t link, uint32_t info, uint64_t align, uint64_t entrySize) {
  out.write<uint32_t>(name);
  out.write<uint32_t>(type);
  out.write<uint64_t>(flags);
  out.write<uint64_t>(0); // address
  out.write<uint64_t>(offset);
  out.write<uint64_t>(size);
  out.write<uint32_t>(link);
  out.write<uint32_t>(info);
  out.write<uint64_t>(align);
  out.write<uint64_t>(entrySize);
}

static void writeHeader(support::endian::Writer &out, uint16_t machine, uint64_t sectionTable) {
  out.OS << StringRef("\x7f""ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0", 16); // 64 bits, little endian, System V
  out.write<uint16_t>(ELF::ET_REL);
  out.write<uint16_t>(machine);
  out.write<uint32_t>(ELF::EV_CURRENT);
  out.write<uint64_t>(0); // entry
  out.write<uint64_t>(0); // program headers
  out.write<uint64_t>(sectionTable);
  out.write<uint32_t>(machine == ELF::EM_RISCV ? ELF::EF_RISCV_FLOAT_ABI_DOUBLE | ELF::EF_RISCV_RVC : 0);
  out.write<uint16_t>(sizeof(ELF::Elf64_Ehdr));
  out.write<uint16_t>(0);
  out.write<uint16_t>(0);
  out.write<uint16_t>(sizeof(ELF::Elf64_Shdr));
  out.write<uint16_t>(5); // sections
  out.write<uint16_t>(3); // the one with names
}

Error writeDataObject(raw_ostream &stream, const TargetInfo &target, ArrayRef<DataBlob> blobs) {
  Expected<uint16_t> machine = getMachine(target);
  if (!machine)
    return machine.takeError();
  DataLayoutPlan plan(blobs);
  // Far data, so that code and weights past 2 GiB link: nothing addresses it relative to the program counter but tables.
  bool isLarge = *machine == ELF::EM_X86_64;
  uint32_t dataName = plan.addString(isLarge ? ".lrodata.sconce" : ".rodata.sconce");
  uint32_t symbolsName = plan.addString(".symtab"), stringsName = plan.addString(".strtab");
  uint32_t stackName = plan.addString(".note.GNU-stack");

  uint64_t dataAt = blobAlignment;
  uint64_t symbolsAt = alignTo(dataAt + plan.dataBytes, 8);
  uint64_t symbolsBytes = plan.symbols.size() * sizeof(ELF::Elf64_Sym);
  uint64_t stringsAt = symbolsAt + symbolsBytes;
  uint64_t sectionsAt = alignTo(stringsAt + plan.strings.size(), 8);

  support::endian::Writer out(stream, endianness::little);
  writeHeader(out, *machine, sectionsAt);
  uint64_t written = sizeof(ELF::Elf64_Ehdr);
  auto pad = [&](uint64_t to) {
    stream.write_zeros(to - written);
    written = to;
  };
  pad(dataAt);
  for (const DataLayoutPlan::Placed &content : plan.contents) {
    pad(dataAt + content.offset);
    stream.write(content.bytes.data(), content.bytes.size());
    written += content.bytes.size();
  }
  pad(symbolsAt);
  for (const ELF::Elf64_Sym &symbol : plan.symbols) {
    out.write<uint32_t>(symbol.st_name);
    out.write<uint8_t>(symbol.st_info);
    out.write<uint8_t>(symbol.st_other);
    out.write<uint16_t>(symbol.st_shndx);
    out.write<uint64_t>(symbol.st_value);
    out.write<uint64_t>(symbol.st_size);
  }
  stream << plan.strings;
  written = stringsAt + plan.strings.size();
  pad(sectionsAt);
  uint64_t dataFlags = ELF::SHF_ALLOC | (isLarge ? uint64_t(ELF::SHF_X86_64_LARGE) : 0);
  writeSection(out, 0, ELF::SHT_NULL, 0, 0, 0, 0, 0, 0, 0);
  writeSection(out, dataName, ELF::SHT_PROGBITS, dataFlags, dataAt, plan.dataBytes, 0, 0, blobAlignment, 0);
  writeSection(out, symbolsName, ELF::SHT_SYMTAB, 0, symbolsAt, symbolsBytes, 3, 1, 8, sizeof(ELF::Elf64_Sym));
  writeSection(out, stringsName, ELF::SHT_STRTAB, 0, stringsAt, plan.strings.size(), 0, 0, 1, 0);
  writeSection(out, stackName, ELF::SHT_PROGBITS, 0, sectionsAt, 0, 0, 0, 1, 0);
  return Error::success();
}

} // namespace sconce::codegen
