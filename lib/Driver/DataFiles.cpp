//===- DataFiles.cpp - Arguments and results as files ---------------------===//

#include "lib/Driver/DataFiles.h"

#include "lib/Archive/DataFile.h"
#include "lib/Archive/DataWriter.h"
#include "lib/Archive/Npy.h"
#include "lib/Support/Error.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace sconce;
using namespace sconce::driver;
using llvm::StringRef;
using rt::Value;

static bool isNpy(StringRef file) { return file.ends_with(".npy"); }

static llvm::Expected<Value> readSaved(StringRef file) {
  llvm::Expected<Value> data = archive::readData(file);
  if (!data)
    return withNote(data.takeError(),
                    "expected values that torch.save wrote, as in torch.save((x, 3), \"inputs.pt\"), or a .npy");
  return data;
}

static llvm::Error notArguments(StringRef file, const llvm::Twine &what) {
  return badInput(what + "; expected a tuple of arguments, as torch.save((x, 3), \"inputs.pt\") writes it, or a list of such "
                         "tuples for several calls",
                  {.file = file.str()});
}

static llvm::Expected<Calls> callsOf(const Value &data, StringRef file) {
  Calls calls;
  if (data.isTuple()) {
    calls.arguments.push_back(data.asTuple().elements);
    return calls;
  }
  if (!data.isList())
    return notArguments(file, "the file holds a single value");
  calls.several = true;
  for (const Value &call : data.asList().elements) {
    if (!call.isTuple())
      return notArguments(file, "an element of the list is no tuple");
    calls.arguments.push_back(call.asTuple().elements);
  }
  return calls;
}

llvm::Expected<Calls> driver::readCalls(const std::vector<std::string> &files) {
  if (files.size() == 1 && !isNpy(files[0])) {
    llvm::Expected<Value> data = readSaved(files[0]);
    if (!data)
      return data.takeError();
    return callsOf(*data, files[0]);
  }
  Calls calls;
  calls.arguments.emplace_back();
  for (const std::string &file : files) {
    if (!isNpy(file))
      return badInput("several files are .npy files, one for each argument: x.npy,y.npy", {.file = file});
    llvm::Expected<rt::Tensor> tensor = archive::readNpy(file);
    if (!tensor)
      return tensor.takeError();
    calls.arguments[0].push_back(Value::ofTensor(std::move(*tensor)));
  }
  return calls;
}

llvm::Expected<Value> driver::readValue(StringRef file) {
  if (!isNpy(file))
    return readSaved(file);
  llvm::Expected<rt::Tensor> tensor = archive::readNpy(file);
  if (!tensor)
    return tensor.takeError();
  return Value::ofTensor(std::move(*tensor));
}

llvm::Error driver::checkValueFile(StringRef file) {
  if (!file.ends_with(".pt") && !file.ends_with(".pth") && !isNpy(file))
    return badInput("expected a name that ends in .pt or, for a single tensor, .npy", {.file = file.str()});
  StringRef folder = llvm::sys::path::parent_path(file);
  if (!folder.empty() && !llvm::sys::fs::is_directory(folder))
    return badInput("there is no folder '" + folder + "' to write it to", {.file = file.str()});
  return llvm::Error::success();
}

llvm::Error driver::writeValue(const Value &value, StringRef file) {
  if (!isNpy(file))
    return archive::writeData(value, file);
  if (value.isTensor())
    return archive::writeNpy(value.asTensor(), file);
  return badInput("the result is not a single tensor: write it to a .pt", {.file = file.str()});
}
