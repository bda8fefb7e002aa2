// The program that grows: files parsed, signatures made and functions imported when first asked
// for.
#include "lib/Import/Importer.h"

#include "dialects/TorchScript/IR/Primitives.h"
#include "lib/Archive/Archive.h"
#include "lib/Import/FunctionEmitter.h"
#include "lib/Import/ScriptTypes.h"
#include "lib/Script/Parser.h"
#include "lib/Script/TypeExpression.h"

using namespace mlir;

namespace sconce::import {

Program::Program(MLIRContext &context, ProgramInput input, const ImportOptions &options)
    : mlirContext(&context), moduleOp(ModuleOp::create(UnknownLoc::get(&context))),
      input(std::move(input)), importOptions(options),
      typeRules([this](StringRef className, StringRef interface) {
        return implements(className, interface);
      }),
      operatorTable(&context, scriptTypes,
                    [this](const script::DefStmt *def) { return defineBuiltin(def); }) {
  for (const script::Upgrader &upgrader : operatorTable.allUpgraders())
    addSource(
        {OperatorTable::upgraderName(upgrader), &operatorTable.upgraderFile(), upgrader.function});
}

Program::~Program() = default;

llvm::Expected<std::unique_ptr<Program>> Program::create(MLIRContext &context, ProgramInput input,
                                                         const ImportOptions &options) {
  std::unique_ptr<Program> program(new Program(context, std::move(input), options));
  if (llvm::Error error = program->addSchemas())
    return std::move(error);
  return std::move(program);
}

llvm::Error Program::addSchemas() {
  for (const std::string &schema : importOptions.schemas)
    if (llvm::Error error = operatorTable.addSchema(schema))
      return error;
  for (const ts::PrimitiveInfo &primitive : ts::allPrimitives())
    if (!operatorTable.contains(("ts::" + primitive.name).str()))
      if (llvm::Error error = operatorTable.addSchema(primitive.schema))
        return error;
  return llvm::Error::success();
}

llvm::Expected<Candidate> Program::defineBuiltin(const script::DefStmt *def) {
  std::string name = "builtin." + def->name.str();
  if (!sources.count(name))
    addSource({name, &operatorTable.builtinFile(), def});
  auto known = signature(name);
  if (!known)
    return known.takeError();
  return Candidate{*known, name};
}

//===-- Files and names
//---------------------------------------------------------------------------===//

llvm::Expected<const script::File *> Program::file(StringRef member) {
  auto [known, isNew] = files.try_emplace(member);
  if (!isNew)
    return known->second.get();
  auto text = input.readCode(member);
  if (!text) {
    files.erase(member);
    return text.takeError();
  }
  if (!*text)
    return nullptr;
  auto parsed = script::parseFile(**text, member);
  if (!parsed) {
    files.erase(member);
    return parsed.takeError();
  }
  return (files[member] = std::move(*parsed)).get();
}

llvm::Expected<const script::Stmt *> Program::find(StringRef qualifiedName,
                                                   const script::File *&inFile) {
  auto [prefix, name] = qualifiedName.rsplit('.');
  if (name.empty())
    return nullptr;
  auto parsed = file(archive::Archive::codeMemberOf(qualifiedName));
  if (!parsed)
    return parsed.takeError();
  inFile = *parsed;
  return inFile ? inFile->find(name) : nullptr;
}

llvm::Expected<SugaredValue> Program::resolveQualified(StringRef name) {
  const script::File *in = nullptr;
  auto stmt = find(name, in);
  if (!stmt)
    return stmt.takeError();
  bool isNative = name.starts_with("__torch__.torch.classes.") && name.count('.') >= 4;
  if (isNative || (*stmt && isa<script::ClassStmt>(*stmt))) {
    auto info = classInfo(name);
    if (!info)
      return info.takeError();
    SugaredValue value = SugaredValue::named(SugaredValue::Kind::Class, name);
    value.type = (*info)->type;
    return value;
  }
  if (*stmt)
    return SugaredValue::named(SugaredValue::Kind::Function, name);
  return SugaredValue::named(SugaredValue::Kind::Scope, name);
}

//===-- Types
//-------------------------------------------------------------------------------------===//

llvm::Expected<Type> Program::parseType(const script::Expr *annotation, const script::File &in) {
  auto type = script::resolveType(scriptTypes, in, annotation,
                                  [this](StringRef name) { return scriptType(name); });
  if (!type)
    return type.takeError();
  return toGeneric(mlirContext, *type);
}

llvm::Expected<Type> Program::parseType(StringRef annotation) {
  auto type = script::parseAnnotation(scriptTypes, annotation,
                                      [this](StringRef name) { return scriptType(name); });
  if (!type)
    return type.takeError();
  return toGeneric(mlirContext, *type);
}

llvm::Expected<Type> Program::classType(StringRef name) {
  auto type = scriptType(name);
  if (!type)
    return type.takeError();
  if (!*type)
    return badInput("the archive's code defines no class '" + name + "'");
  return toGeneric(mlirContext, *type);
}

llvm::Expected<Type> Program::typeOf(const rt::Value &value) {
  switch (value.tag()) {
  case SC_NONE:
    return ts::NoneType::get(mlirContext);
  case SC_BOOL:
    return ts::BoolType::get(mlirContext);
  case SC_INT:
    return ts::IntType::get(mlirContext);
  case SC_DOUBLE:
    return ts::FloatType::get(mlirContext);
  case SC_COMPLEX:
    return ts::ComplexType::get(mlirContext);
  case SC_STRING:
    return ts::StrType::get(mlirContext);
  case SC_TENSOR:
    return ts::TensorType::get(mlirContext);
  case SC_DEVICE:
    return ts::DeviceType::get(mlirContext);
  case SC_GENERATOR:
    return ts::GeneratorType::get(mlirContext);
  case SC_OBJECT:
    return classType(value.asObject().className);
  case SC_ENUM:
    return classType(value.asEnum().className);
  case SC_LIST:
    return parseType("List[" +
                     (value.asList().elementType.empty() ? "Tensor" : value.asList().elementType) +
                     "]");
  case SC_DICT:
    return parseType("Dict[" + value.asDict().keyType + ", " + value.asDict().valueType + "]");
  case SC_TUPLE: {
    SmallVector<Type> types;
    for (const rt::Value &element : value.asTuple().elements) {
      auto type = typeOf(element);
      if (!type)
        return type.takeError();
      types.push_back(*type);
    }
    return ts::TupleType::get(mlirContext, types);
  }
  default:
    return unsupported("a constant of the archive has a type that is not supported");
  }
}

//===-- Functions
//---------------------------------------------------------------------------------===//

void Program::addSource(FunctionSource source) {
  std::string name = source.name;
  sources[name] = std::make_unique<FunctionSource>(std::move(source));
}

llvm::Expected<const FunctionSource *> Program::functionSource(StringRef name) {
  if (auto known = sources.find(name); known != sources.end())
    return known->second.get();
  if (auto inLibrary = libraryIndex.find(name); inLibrary != libraryIndex.end()) {
    if (llvm::Error error = parseLibrary(libraryFunctions[inLibrary->second]))
      return std::move(error);
    // What failed to be added when it was first asked for is found nowhere.
    if (auto added = sources.find(name); added != sources.end())
      return added->second.get();
  }
  FunctionSource source;
  source.name = name.str();
  auto stmt = find(name, source.file);
  if (!stmt)
    return stmt.takeError();
  source.def = dyn_cast_or_null<script::DefStmt>(*stmt);
  if (!source.def) {
    auto [className, method] = name.rsplit('.');
    if (hasClass(className)) {
      auto info = classInfo(className);
      if (!info)
        return info.takeError();
      source.def = (*info)->findMethod(method);
      source.file = (*info)->file;
      source.self = (*info)->type;
      source.usesUpgraders = true;
    }
  }
  if (!source.def)
    return badInput("the archive's code defines no function '" + name + "'");
  addSource(std::move(source));
  return sources[name].get();
}

llvm::Expected<const Signature *> Program::signature(StringRef name) {
  auto source = functionSource(name);
  if (!source)
    return source.takeError();
  auto made = makeSignature(**source);
  if (!made)
    return made.takeError();
  if ((*made)->results.empty()) {
    // The result type is what the body returns.
    if (inProgress.contains(name))
      return (*source)->file->error((*source)->def->range,
                                    "function '" + (*source)->def->name +
                                        "' calls itself, so its result type must be declared");
    auto function = importFunction(name);
    if (!function)
      return function.takeError();
    signatures[name]->results = {function->getResultTypes().front()};
  }
  return *made;
}

llvm::Expected<const Signature *> Program::makeSignature(const FunctionSource &source) {
  if (auto known = signatures.find(source.name); known != signatures.end())
    return known->second.get();
  auto made = std::make_unique<Signature>();
  made->name = source.name;
  made->file = source.file;
  for (auto &[name, value] : source.captured)
    if (value.is(SugaredValue::Kind::Simple))
      made->parameters.push_back({name.str(), value.type});
  for (const script::Param &param : source.def->params) {
    Parameter parameter{param.name.str(), ts::TensorType::get(mlirContext)};
    bool isSelf = source.self && source.captured.empty() && made->parameters.empty();
    if (param.annotation) {
      auto type = parseType(param.annotation, *source.file);
      if (!type)
        return type.takeError();
      parameter.type = *type;
      parameter.repeat = script::broadcastingSize(param.annotation);
    }
    if (isSelf) {
      if (param.annotation && parameter.type != source.self)
        return source.file->error(
            param.range, "the first parameter of a method must have the type of its class");
      parameter.type = source.self;
    }
    parameter.keywordOnly = param.keywordOnly;
    if (param.defaultValue) {
      parameter.defaultValue = literal(param.defaultValue);
      parameter.defaultExpr = param.defaultValue;
    }
    made->parameters.push_back(std::move(parameter));
  }
  if (source.self && source.captured.empty() && source.def->params.empty())
    return source.file->error(source.def->range,
                              "a method must have a first parameter for its object");
  if (source.def->returnType) {
    auto type = parseType(source.def->returnType, *source.file);
    if (!type)
      return type.takeError();
    made->results.push_back(*type);
  }
  return (signatures[source.name] = std::move(made)).get();
}

llvm::Expected<ts::FuncOp> Program::importFunction(StringRef name) {
  if (auto known = functions.find(name); known != functions.end())
    return known->second;
  if (auto known = knownErrors.find(name); known != knownErrors.end())
    return makeError(known->second.kind, known->second.text, known->second.location);
  auto source = functionSource(name);
  if (!source)
    return source.takeError();
  // Only closures and undeclared results are imported while another function is; deep chains of
  // them end here.
  if (!inProgress.insert(name).second || inProgress.size() > importOptions.maxNesting)
    return (*source)->file->error((*source)->def->range, "functions nest too deeply",
                                  ErrorKind::Unsupported);
  llvm::Expected<ts::FuncOp> function = FunctionEmitter(*this, **source).emit();
  inProgress.erase(name);
  if (function) {
    functions[name] = *function;
    return function;
  }
  llvm::Error error =
      llvm::handleErrors(function.takeError(), [&](std::unique_ptr<LocatedError> located) {
        located->addNote("in function '" + name.str() + "'");
        knownErrors[name] = {located->kind(), located->text(), located->location()};
        return llvm::Error(std::move(located));
      });
  return std::move(error);
}

llvm::Expected<OwningOpRef<ts::FuncOp>> Program::emitNamed(StringRef name, ValueNames &names) {
  auto source = functionSource(name);
  if (!source)
    return source.takeError();
  auto function = FunctionEmitter(*this, **source, &names).emit();
  if (!function)
    return function.takeError();
  (*function)->remove();
  return OwningOpRef<ts::FuncOp>(*function);
}

FailureOr<ts::FuncOp> Program::function(StringRef name) {
  auto imported = importFunction(name);
  if (imported)
    return *imported;
  errorKind = ErrorKind::BadInput;
  llvm::handleAllErrors(
      imported.takeError(),
      [&](const LocatedError &located) {
        errorKind = located.kind();
        const sconce::Location &place = located.location();
        mlir::Location loc = UnknownLoc::get(mlirContext);
        if (place.line)
          loc = FileLineColLoc::get(mlirContext, place.member.empty() ? place.file : place.member,
                                    place.line, place.column);
        auto diagnostic = mlir::emitError(loc, located.text());
        if (!place.sourceLine.empty())
          diagnostic.attachNote() << place.sourceLine;
        diagnostic.attachNote() << "in function '" << name << "'";
      },
      [&](const llvm::ErrorInfoBase &other) {
        mlir::emitError(UnknownLoc::get(mlirContext), other.message());
      });
  return failure();
}

llvm::Error Program::importAll() {
  llvm::Error errors = llvm::Error::success();
  auto keep = [&](llvm::Error error) {
    errors = llvm::joinErrors(std::move(errors), std::move(error));
  };
  for (const std::string &member : input.codeMembers) {
    auto parsed = file(member);
    if (!parsed) {
      keep(parsed.takeError());
      continue;
    }
    if (!*parsed)
      continue;
    // code/__torch__/a.py holds the names below __torch__.a.
    std::string prefix = StringRef(member).drop_front(StringRef("code/").size()).drop_back(3).str();
    std::replace(prefix.begin(), prefix.end(), '/', '.');
    for (const script::Stmt *stmt : (*parsed)->declarations()) {
      if (auto *def = dyn_cast<script::DefStmt>(stmt)) {
        keep(importFunction(prefix + "." + def->name.str()).takeError());
        continue;
      }
      std::string className = prefix + "." + cast<script::ClassStmt>(stmt)->name.str();
      auto info = classInfo(className);
      if (!info) {
        keep(info.takeError());
        continue;
      }
      if ((*info)->kind == ts::ClassKind::Interface)
        continue;
      for (auto &[method, def] : (*info)->methods)
        keep(importFunction(className + "." + method.str()).takeError());
    }
  }
  return errors;
}

//===-- Literals
//----------------------------------------------------------------------------------===//

Attribute Program::literal(const script::Expr *expr) {
  using script::NodeKind;
  Builder builder(mlirContext);
  switch (expr->kind) {
  case NodeKind::IntLiteral:
    return builder.getI64IntegerAttr(cast<script::IntLiteral>(expr)->value);
  case NodeKind::FloatLiteral:
    return builder.getF64FloatAttr(cast<script::FloatLiteral>(expr)->value);
  case NodeKind::ComplexLiteral:
    return builder.getArrayAttr(
        {builder.getF64FloatAttr(0),
         builder.getF64FloatAttr(cast<script::ComplexLiteral>(expr)->imaginary)});
  case NodeKind::StringLiteral:
    return builder.getStringAttr(cast<script::StringLiteral>(expr)->value);
  case NodeKind::BoolLiteral:
    return builder.getBoolAttr(cast<script::BoolLiteral>(expr)->value);
  case NodeKind::NoneLiteral:
    return builder.getUnitAttr();
  case NodeKind::List:
  case NodeKind::Tuple: {
    SmallVector<Attribute> elements;
    for (const script::Expr *element : isa<script::ListExpr>(expr)
                                           ? cast<script::ListExpr>(expr)->elements
                                           : cast<script::TupleExpr>(expr)->elements) {
      elements.push_back(literal(element));
      if (!elements.back())
        return {};
    }
    return builder.getArrayAttr(elements);
  }
  default:
    return {};
  }
}

/// Whether a literal of the code is a value of the data.
static bool isLiteral(Attribute literal, const rt::Value &value) {
  if (auto text = dyn_cast_or_null<StringAttr>(literal))
    return value.isString() && text.getValue() == StringRef(value.asString());
  if (auto number = dyn_cast_or_null<FloatAttr>(literal))
    return value.isDouble() && number.getValueAsDouble() == value.asDouble();
  auto number = dyn_cast_or_null<IntegerAttr>(literal);
  return number && value.isInt() && number.getInt() == value.asInt();
}

/// Pickles tell enumeration members by their values; the code has their names.
static llvm::Error nameMembers(Program &program, std::vector<rt::Value> pending) {
  llvm::DenseSet<const void *> seen;
  while (!pending.empty()) {
    rt::Value value = std::move(pending.back());
    pending.pop_back();
    bool isContainer = value.isList() || value.isTuple() || value.isDict() || value.isObject() || value.isEnum();
    if (!isContainer || !seen.insert(value.raw().as.ref).second)
      continue;
    if (value.isList())
      llvm::append_range(pending, value.asList().elements);
    if (value.isTuple())
      llvm::append_range(pending, value.asTuple().elements);
    if (value.isDict())
      for (const auto &[key, entry] : value.asDict().entries())
        pending.insert(pending.end(), {key, entry});
    if (value.isObject())
      for (const auto &[name, slot] : value.asObject().slots)
        pending.push_back(slot);
    if (!value.isEnum())
      continue;
    rt::EnumMember &member = value.asEnum();
    auto info = program.classInfo(member.className);
    if (!info)
      return info.takeError();
    for (const ClassInfo::Attribute &attribute : (*info)->attributes)
      if ((*info)->kind == ts::ClassKind::Enum && isLiteral(attribute.value, member.value))
        member.name = attribute.name;
    if (member.name.empty())
      return badInput("the enum '" + member.className + "' has no member of a value that the data holds");
  }
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<Program>>
importArchive(archive::Archive &archive, MLIRContext &context, const ImportOptions &options) {
  ProgramInput input;
  input.readCode = [&archive](StringRef member) -> llvm::Expected<std::optional<std::string>> {
    if (!archive.hasCode(member))
      return std::nullopt;
    auto text = archive.code(member);
    if (!text)
      return text.takeError();
    return text->str();
  };
  input.codeMembers = archive.codeMembers().vec();
  input.root = archive.root();
  input.constants = archive.constants().vec();
  input.version = archive.version();
  auto program = Program::create(context, std::move(input), options);
  if (!program)
    return program.takeError();
  if (!(*program)->root().isObject())
    return badInput("the archive's root is no object");
  auto root = (*program)->classInfo((*program)->root().asObject().className);
  if (!root)
    return root.takeError();
  std::vector<rt::Value> values = archive.constants().vec();
  values.push_back((*program)->root());
  if (llvm::Error error = nameMembers(**program, std::move(values)))
    return error;
  return program;
}

} // namespace sconce::import
