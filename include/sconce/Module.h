/// Loading TorchScript archives and calling their methods, compiled just in time.
#ifndef SCONCE_MODULE_H
#define SCONCE_MODULE_H

#include "sconce/Result.h"
#include "sconce/Value.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sconce::driver {
class Session;
}

SC_VISIBLE_BEGIN
namespace sconce {

/// How methods are compiled and run.
struct LoadOptions {
  /// Threads of a call, the caller's among them: 0 and 1 start none, -1 takes what the machine allows.
  int threads = 0;
  /// 0 … 3, as clang's -O.
  int optLevel = 3;
  /// How many compiled signatures are kept; the one that was not used for longest goes.
  size_t cacheSize = 256;
  /// Runs a call of a new signature interpreted where that takes less time than compiling it, which goes on in the
  /// background, and compiles extents and numbers that vary from call to call for any value. Which of a method's codes a
  /// call gets then depends on time, and results agree within the tolerance of another order of summation only.
  bool tiered = false;
  /// A folder to keep compiled code in, for this process and later ones to find it there; empty keeps none on disk. It is
  /// made where there is none, and must be writable by this user alone, as what is in it will be run. Any number of
  /// processes may share one. See default_cache_folder().
  std::string cacheFolder = {};
  /// How many bytes the files in that folder may have together; those that were not used for longest go.
  uint64_t cacheBytes = uint64_t(512) << 20;
};

/// The folder that the sconce program keeps compiled code in: SCONCE_CACHE_DIR of the environment (empty for none), else
/// "sconce" below XDG_CACHE_HOME or ~/.cache. A library does not write there unasked: see LoadOptions::cacheFolder.
std::string default_cache_folder();

/// What became of a module's calls since it was loaded.
struct Counters {
  uint64_t hits = 0;            ///< calls that found compiled code
  uint64_t compiles = 0;        ///< signatures compiled
  uint64_t loads = 0;           ///< signatures found compiled in the cache folder
  uint64_t generalisations = 0; ///< of these, for any value of what varied between calls
  uint64_t interpreted = 0;     ///< calls that were interpreted
  uint64_t evictions = 0;       ///< signatures whose code went for newer ones
  uint64_t entries = 0;         ///< signatures whose code is there now
};

/// A loaded archive. Copies share the module and its state (attributes that methods write).
///
/// A method is compiled when it is called with a signature (dtypes, shapes, and the values of ints, bools and strings)
/// for the first time; the result is kept. Any number of threads may call at once; calls of methods that write state
/// take turns.
class Module {
public:
  /// A method bound to its module.
  class Method {
  public:
    /// Calls the method; trailing arguments that have defaults may be left out.
    Result<Value> operator()(const std::vector<Value> &arguments) const;

  private:
    friend class Module;
    Method(std::shared_ptr<driver::Session> session, std::string name)
        : session(std::move(session)), name(std::move(name)) {}
    std::shared_ptr<driver::Session> session;
    std::string name;
  };

  Result<Value> forward(const std::vector<Value> &arguments) const;
  /// The method of that name; an error that lists the methods where there is none.
  Result<Method> get_method(const std::string &name) const;
  std::vector<std::string> method_names() const;

  /// The TorchScript source of a method, as PyTorch's `code` shows it. "layer1.forward" is a method of a submodule.
  Result<std::string> code(const std::string &method = "forward") const;
  /// The graph of a method, in PyTorch's notation.
  Result<std::string> graph(const std::string &method = "forward") const;

  /// An attribute of the module by its dotted path ("layer1.0.weight"), as it is now.
  Result<Value> attribute(const std::string &path) const;
  Counters counters() const;
  /// Puts the attributes that methods write back to what the archive holds.
  void reset() const;

  explicit Module(std::shared_ptr<driver::Session> session) : session(std::move(session)) {}

private:
  std::shared_ptr<driver::Session> session;
};

/// Reads up to `size` bytes at `offset` into `buffer`; false where that fails.
using ReadFunction = std::function<bool(uint64_t offset, uint8_t *buffer, size_t size)>;

/// Loads an archive from a file, which is mapped: its weights are used in place while the module lives.
Result<Module> load(const std::string &path, const LoadOptions &options = {});
/// Loads an archive from memory, which must outlive the module.
Result<Module> load(const void *data, size_t size, const LoadOptions &options = {});
/// Loads an archive of `size` bytes through a callback; what it needs is copied.
Result<Module> load(uint64_t size, ReadFunction read, const LoadOptions &options = {});

} // namespace sconce
SC_VISIBLE_END

#endif
