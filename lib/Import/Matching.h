// Which arguments of a call go to which parameters of a signature, and how each is converted.
#ifndef SCONCE_IMPORT_MATCHING_H
#define SCONCE_IMPORT_MATCHING_H

#include "lib/Import/Signature.h"
#include "lib/Import/TypeRules.h"
#include "mlir/IR/Value.h"

namespace sconce::import {

/// One actual argument.
struct Argument {
  mlir::Value value;
  llvm::StringRef name = {}; ///< Of a keyword argument.
  bool isEmptyList = false;  ///< A literal `[]` without annotation: fits every list type.
  bool isIntLiteral = false;
};

/// How lenient a match is. Later ones include earlier ones.
enum class Conversions {
  None,
  Implicit, ///< Tensor to number, number to int, bool to int, str to device …
  Literals, ///< Also an int literal where a float is wanted: the printer writes floats of 1e10 …
            ///< 1e17 so.
};

/// How a value becomes one of another type.
struct Conversion {
  enum class Kind { Keep, EmptyList, TupleToList, Elementwise, Operator, FloatLiteral };
  Kind kind = Kind::Keep;
  mlir::Type result;
  llvm::StringRef op = {};               ///< Of Operator: `aten::IntImplicit` …
  std::vector<Conversion> elements = {}; ///< Of Elementwise.
};

/// The conversion of an argument towards `to`; its result may still be no subtype of `to`.
Conversion planConversion(const TypeRules &rules, const Argument &argument, mlir::Type to,
                          Conversions allowed);

/// What one parameter receives.
struct MatchedArgument {
  enum class Kind { Value, Repeated, List, Default };
  Kind kind;
  mlir::Type type; ///< The parameter's type without type variables.
  const Parameter *parameter;
  /// Indices into the positional arguments, then the keyword arguments, then self.
  llvm::SmallVector<unsigned, 1> sources = {};
  std::vector<Conversion> conversions = {};
};

struct Match {
  const Signature *signature;
  std::vector<MatchedArgument> arguments;
  llvm::SmallVector<unsigned>
      extra; ///< Positional arguments past the parameters of a variadic signature.
  llvm::SmallVector<mlir::Type> results;
};

/// The arguments of a call. `self` goes to the parameter of that name.
struct CallArguments {
  llvm::ArrayRef<Argument> positional;
  llvm::ArrayRef<Argument> keywords;
  const Argument *self = nullptr;

  const Argument &at(unsigned source) const;
};

/// `made`, if given, is raised by what the reference makes of arguments until the match fails.
/// Matches one signature; null with the reason in `whyNot` if it does not fit. `inputIsSelf` lets
/// the keyword `input` stand for `self`, as operators of `aten` do.
std::optional<Match> matchSignature(const TypeRules &rules, const Signature &signature,
                                    const CallArguments &call, Conversions allowed,
                                    bool inputIsSelf, std::string &whyNot,
                                    unsigned *made = nullptr);

} // namespace sconce::import

#endif // SCONCE_IMPORT_MATCHING_H
