//===- BuildId.cpp - Which compiler this is -------------------------------===//
//
// The linker writes a hash of what it linked into each program and library. Where it was told not to, file, size and time
// say which it is.
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/BuildId.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <cstring>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace sconce;

namespace {
/// The loaded program or library that an address is in.
struct Search {
  uintptr_t address;
  std::string id;
};
} // namespace

static std::string noteOf(const dl_phdr_info &info) {
  constexpr uint32_t buildIdType = 3;
  auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    if (info.dlpi_phdr[i].p_type != PT_NOTE)
      continue;
    const char *note = reinterpret_cast<const char *>(info.dlpi_addr + info.dlpi_phdr[i].p_vaddr);
    const char *end = note + info.dlpi_phdr[i].p_memsz;
    while (static_cast<size_t>(end - note) >= sizeof(ElfW(Nhdr))) {
      ElfW(Nhdr) header;
      std::memcpy(&header, note, sizeof header);
      const char *name = note + sizeof header, *contents = name + padded(header.n_namesz);
      if (contents > end || header.n_descsz > static_cast<size_t>(end - contents))
        break;
      if (header.n_type == buildIdType && header.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0)
        return llvm::toHex(llvm::StringRef(contents, header.n_descsz));
      note = contents + padded(header.n_descsz);
    }
  }
  return {};
}

static std::string fileOf(const dl_phdr_info &info) {
  std::string path = info.dlpi_name && *info.dlpi_name ? info.dlpi_name : "/proc/self/exe";
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return path;
  return fmt::format("{}:{}:{}:{}.{}", path, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

static int visit(dl_phdr_info *info, size_t, void *data) {
  auto &search = *static_cast<Search *>(data);
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    uintptr_t begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
    if (info->dlpi_phdr[i].p_type != PT_LOAD || search.address < begin || search.address - begin >= info->dlpi_phdr[i].p_memsz)
      continue;
    search.id = noteOf(*info);
    if (search.id.empty())
      search.id = fileOf(*info);
    return 1;
  }
  return 0;
}

static std::string idAt(const void *address) {
  Search search{reinterpret_cast<uintptr_t>(address), {}};
  dl_iterate_phdr(visit, &search);
  return search.id;
}

const std::string &driver::buildId() {
  // Something that lies in each. It is data, as the address of a library's function may be one in the program.
  static const std::string id = fmt::format("{} {} {}", idAt(reinterpret_cast<const void *>(&visit)), idAt(&llvm::nulls()),
                                            idAt(mlir::TypeID::get<mlir::func::FuncDialect>().getAsOpaquePointer()));
  return id;
}
