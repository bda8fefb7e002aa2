// Class declarations: attributes in slot order, constants, fields, members, methods.
#include "lib/Import/Importer.h"

#include "lib/Import/ScriptTypes.h"
#include "lib/Script/TypeExpression.h"

using namespace mlir;

namespace sconce::import {

/// The superclass says what a class is.
static llvm::Expected<ts::ClassKind> kindOf(const script::File &file,
                                            const script::ClassStmt *stmt) {
  if (!stmt->superclass)
    return ts::ClassKind::Class;
  auto *name = dyn_cast<script::NameExpr>(stmt->superclass);
  StringRef word = name ? name->name : StringRef();
  if (word == "Module")
    return ts::ClassKind::Module;
  if (word == "NamedTuple")
    return ts::ClassKind::NamedTuple;
  if (word == "Interface" || word == "ModuleInterface")
    return ts::ClassKind::Interface;
  if (word == "Enum")
    return ts::ClassKind::Enum;
  return file.error(stmt->superclass->range, "class inheritance is not supported");
}

/// Whether values of the class are references, whose type is no more than the name.
static bool isReference(ts::ClassKind kind) {
  return kind == ts::ClassKind::Class || kind == ts::ClassKind::Module ||
         kind == ts::ClassKind::Interface;
}

static bool isNativeName(StringRef name) { return name.starts_with("__torch__.torch.classes."); }

namespace {

/// Reads the body of one class.
class ClassReader {
public:
  ClassReader(Program &program, script::TypeContext &types, ClassInfo &info,
              script::TypeResolver resolver)
      : program(program), types(types), info(info), resolver(resolver) {}

  llvm::Error read();

private:
  llvm::Error readAssign(const script::AssignStmt *stmt);
  llvm::Error readAttribute(StringRef name, const script::AssignStmt *stmt);
  llvm::Error readNames(const script::Expr *list, std::vector<std::string> &names);
  llvm::Error readMember(StringRef name, const script::AssignStmt *stmt);
  llvm::Error finish();
  llvm::Error error(const script::Node *node, const Twine &text) {
    return info.file->error(node->range, text);
  }

  Program &program;
  script::TypeContext &types;
  ClassInfo &info;
  script::TypeResolver resolver;
  std::vector<std::string> parameters, buffers;
  SmallVector<script::Type> fieldTypes;
};

} // namespace

llvm::Error ClassReader::readNames(const script::Expr *list, std::vector<std::string> &names) {
  auto *literal = dyn_cast_or_null<script::ListExpr>(list);
  if (!literal)
    return error(list ? static_cast<const script::Node *>(list) : info.stmt,
                 "expected a list of names");
  for (const script::Expr *element : literal->elements) {
    auto *name = dyn_cast<script::StringLiteral>(element);
    if (!name)
      return error(element, "expected a name in quotes");
    names.push_back(name->value.str());
  }
  return llvm::Error::success();
}

llvm::Error ClassReader::readMember(StringRef name, const script::AssignStmt *stmt) {
  Attribute value = program.literal(stmt->value);
  Type type = isa_and_nonnull<StringAttr>(value)    ? Type(ts::StrType::get(&program.context()))
              : isa_and_nonnull<FloatAttr>(value)   ? Type(ts::FloatType::get(&program.context()))
              : isa_and_nonnull<IntegerAttr>(value) ? Type(ts::IntType::get(&program.context()))
                                                    : Type();
  if (!type || isa<BoolAttr>(value))
    return error(stmt, "expected an int, a float or a string as the value of an enum's member");
  if (!info.attributes.empty() && info.attributes.front().type != type)
    return error(stmt, "the values of an enum must be of one type");
  info.attributes.push_back({name.str(), type, value});
  return llvm::Error::success();
}

llvm::Error ClassReader::readAttribute(StringRef name, const script::AssignStmt *stmt) {
  if (info.findAttribute(name) || info.findConstant(name))
    return error(stmt, "attribute '" + name + "' is declared twice");
  auto type = script::resolveType(types, *info.file, stmt->annotation, resolver);
  if (!type)
    return type.takeError();
  ClassInfo::Attribute attribute{name.str(), toGeneric(&program.context(), *type)};
  if (script::isFinal(stmt->annotation)) {
    attribute.value = stmt->value ? program.literal(stmt->value) : Attribute();
    // Constants of other forms have been replaced by their values in the code.
    if (attribute.value)
      info.constants.push_back(std::move(attribute));
    return llvm::Error::success();
  }
  if (stmt->value)
    attribute.value = program.literal(stmt->value);
  fieldTypes.push_back(*type);
  info.attributes.push_back(std::move(attribute));
  return llvm::Error::success();
}

llvm::Error ClassReader::readAssign(const script::AssignStmt *stmt) {
  const script::Expr *target = stmt->targets.front();
  if (auto *name = dyn_cast<script::NameExpr>(target)) {
    if (info.kind == ts::ClassKind::Enum && stmt->value && !stmt->annotation)
      return readMember(name->name, stmt);
    if (name->name == "__parameters__")
      return readNames(stmt->value, parameters);
    if (name->name == "__buffers__")
      return readNames(stmt->value, buffers);
    if (name->name == "__forward_pre_hooks__")
      return readNames(stmt->value, info.preHooks);
    if (name->name == "__forward_hooks__")
      return readNames(stmt->value, info.hooks);
    if (name->name == "__annotations__")
      return llvm::Error::success();
    if (!stmt->annotation)
      return error(stmt, "expected the type of attribute '" + name->name + "'");
    return readAttribute(name->name, stmt);
  }
  // __annotations__["0"] = T: the attribute's name is no identifier.
  if (auto *subscript = dyn_cast<script::SubscriptExpr>(target)) {
    auto *object = dyn_cast<script::NameExpr>(subscript->object);
    auto *key = subscript->items.size() == 1 ? dyn_cast<script::StringLiteral>(subscript->items[0])
                                             : nullptr;
    if (object && object->name == "__annotations__" && key && stmt->value) {
      script::AssignStmt declared(stmt->range, stmt->targets, stmt->value, nullptr);
      return readAttribute(key->value, &declared);
    }
  }
  return error(target, "expected the declaration of an attribute");
}

llvm::Error ClassReader::finish() {
  MLIRContext *context = &program.context();
  if (info.kind == ts::ClassKind::NamedTuple) {
    SmallVector<StringRef> names;
    for (const ClassInfo::Attribute &attribute : info.attributes)
      names.push_back(attribute.name);
    info.scriptType = types.namedTuple(info.name, names, fieldTypes);
  } else if (info.kind == ts::ClassKind::Enum) {
    if (info.attributes.empty())
      return error(info.stmt, "enum '" + info.name + "' has no members");
    Type value = info.attributes.front().type;
    info.scriptType = types.enumType(info.name, isa<ts::StrType>(value)     ? types.str
                                                : isa<ts::FloatType>(value) ? types.floatType
                                                                            : types.intType);
  }
  info.type = toGeneric(context, info.scriptType);
  for (auto [names, flag] : {std::pair(&parameters, &ClassInfo::Attribute::isParameter),
                             std::pair(&buffers, &ClassInfo::Attribute::isBuffer)})
    for (const std::string &name : *names)
      for (ClassInfo::Attribute &attribute : info.attributes)
        if (attribute.name == name)
          attribute.*flag = true;
  return llvm::Error::success();
}

llvm::Error ClassReader::read() {
  for (const script::Stmt *stmt : info.stmt->body) {
    if (isa<script::PassStmt>(stmt))
      continue;
    if (auto *def = dyn_cast<script::DefStmt>(stmt)) {
      if (info.kind == ts::ClassKind::NamedTuple || info.kind == ts::ClassKind::Enum)
        return error(stmt, "methods of a named tuple or enum are not supported");
      if (!info.methods.insert({def->name, def}).second)
        return error(stmt, "method '" + def->name + "' is defined twice");
      continue;
    }
    auto *assign = dyn_cast<script::AssignStmt>(stmt);
    if (!assign)
      return error(stmt, "a " + script::kindName(stmt->kind) + " cannot stand in a class");
    if (llvm::Error failed = readAssign(assign))
      return failed;
  }
  return finish();
}

bool Program::hasClass(StringRef name) {
  if (classes.count(name))
    return true;
  const script::File *in = nullptr;
  auto stmt = find(name, in);
  if (!stmt) {
    llvm::consumeError(stmt.takeError());
    return false;
  }
  return isa_and_nonnull<script::ClassStmt>(*stmt);
}

llvm::Expected<const ClassInfo *> Program::classInfo(StringRef name) {
  if (auto known = classes.find(name); known != classes.end())
    return known->second.get();
  const script::File *in = nullptr;
  auto stmt = find(name, in);
  if (!stmt)
    return stmt.takeError();
  return declareClass(name, dyn_cast_or_null<script::ClassStmt>(*stmt), in);
}

llvm::Expected<script::Type> Program::scriptType(StringRef name) {
  if (auto known = typesByName.find(name); known != typesByName.end())
    return known->second;
  const script::File *in = nullptr;
  auto found = find(name, in);
  if (!found)
    return found.takeError();
  auto *stmt = dyn_cast_or_null<script::ClassStmt>(*found);
  if (!stmt)
    return isNativeName(name) ? typesByName[name] = scriptTypes.classType(name) : script::Type();
  auto kind = kindOf(*in, stmt);
  if (!kind)
    return kind.takeError();
  // The attributes of a class may mention it, and are not needed to name its type.
  if (isReference(*kind))
    return typesByName[name] = *kind == ts::ClassKind::Interface ? scriptTypes.interfaceType(name)
                                                                 : scriptTypes.classType(name);
  auto info = classInfo(name);
  if (!info)
    return info.takeError();
  return typesByName[name] = (*info)->scriptType;
}

llvm::Expected<const ClassInfo *>
Program::declareClass(StringRef name, const script::ClassStmt *stmt, const script::File *in) {
  auto info = std::make_unique<ClassInfo>();
  info->name = name.str();
  info->file = in;
  info->stmt = stmt;
  if (!stmt) {
    if (!isNativeName(name))
      return badInput("the archive's code defines no class '" + name + "'");
    info->isNative = true;
    info->scriptType = scriptTypes.classType(name);
    info->type = toGeneric(mlirContext, info->scriptType);
    return (classes[name] = std::move(info)).get();
  }
  auto kind = kindOf(*in, stmt);
  if (!kind)
    return kind.takeError();
  info->kind = *kind;
  if (isReference(*kind)) {
    auto type = scriptType(name);
    if (!type)
      return type.takeError();
    info->scriptType = *type;
  }
  // Named tuples and enums are types of what they hold.
  if (!classesInProgress.insert(name).second)
    return in->error(stmt->range, "'" + name + "' contains itself");
  if (classesInProgress.size() > importOptions.maxNesting)
    return in->error(stmt->range, "classes nest too deeply", ErrorKind::Unsupported);
  auto resolve = [this](StringRef other) { return scriptType(other); };
  llvm::Error error = ClassReader(*this, scriptTypes, *info, resolve).read();
  classesInProgress.erase(name);
  if (error)
    return std::move(error);
  emitClass(*info);
  return (classes[name] = std::move(info)).get();
}

void Program::emitClass(const ClassInfo &info) {
  OpBuilder builder(mlirContext);
  builder.setInsertionPointToEnd(moduleOp->getBody());
  auto locOf = [&](const script::Node *node) {
    return FileLineColLoc::get(mlirContext, info.file->memberName(), node->range.line,
                               node->range.column);
  };
  mlir::Location loc = locOf(info.stmt);
  auto classOp = ts::ClassOp::create(builder, loc, info.name, info.kind);
  builder.setInsertionPointToEnd(&classOp.getBody().front());
  for (const ClassInfo::Attribute &attribute : info.attributes)
    ts::AttributeOp::create(builder, loc, attribute.name, attribute.type, attribute.value,
                            attribute.isParameter, attribute.isBuffer, /*constant=*/false);
  for (const ClassInfo::Attribute &constant : info.constants)
    ts::AttributeOp::create(builder, loc, constant.name, constant.type, constant.value,
                            /*parameter=*/false,
                            /*buffer=*/false, /*constant=*/true);
}

/// An interface is structural: the class has a method of each name that takes and gives what the
/// interface says.
bool Program::implements(StringRef className, StringRef interfaceName) {
  std::string key = (className + "\n" + interfaceName).str();
  if (auto known = interfaceAnswers.find(key); known != interfaceAnswers.end())
    return known->second;
  // Methods that mention both types do not lead round in circles.
  interfaceAnswers[key] = true;
  auto info = classInfo(className);
  auto interface = classInfo(interfaceName);
  if (!info || !interface) {
    if (!info)
      llvm::consumeError(info.takeError());
    if (!interface)
      llvm::consumeError(interface.takeError());
    return interfaceAnswers[key] = false;
  }
  if ((*interface)->kind != ts::ClassKind::Interface)
    return interfaceAnswers[key] = false;
  for (auto &[method, def] : (*interface)->methods) {
    if (!(*info)->findMethod(method))
      return interfaceAnswers[key] = false;
    auto own = signature((className + "." + method).str());
    auto wanted = signature((interfaceName + "." + method).str());
    bool isFine = own && wanted && (*own)->parameters.size() == (*wanted)->parameters.size() &&
                  typeRules.isSubtype((*own)->results.front(), (*wanted)->results.front());
    for (size_t index = 1; isFine && index < (*own)->parameters.size(); ++index)
      isFine =
          (*own)->parameters[index].name == (*wanted)->parameters[index].name &&
          typeRules.isSubtype((*wanted)->parameters[index].type, (*own)->parameters[index].type);
    if (!own)
      llvm::consumeError(own.takeError());
    if (!wanted)
      llvm::consumeError(wanted.takeError());
    if (!isFine)
      return interfaceAnswers[key] = false;
  }
  return true;
}

} // namespace sconce::import
