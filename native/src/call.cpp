// One generic call: any operator of LibTorch's dispatcher by name, arguments converted by the operator's own schema.
// JavaScript passes tensors as their integer handles; the schema tells a handle from a number.

#include <ATen/core/List.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>

#include "exports.h"
#include "types.h"

namespace osler {
namespace {

Kind elementKind(const c10::TypePtr& type) {
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::Int;
    case c10::TypeKind::FloatType: return Kind::Float;
    case c10::TypeKind::BoolType: return Kind::Bool;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    default: return Kind::Other;
  }
}

Argument describe(const c10::Argument& argument) {
  c10::TypePtr type = argument.type();
  Argument result{Kind::Other, false, argument.N() ? *argument.N() : 0};
  if (auto optional = type->cast<c10::OptionalType>()) {
    result.optional = true;
    type = optional->getElementType();
  }
  auto list = type->cast<c10::ListType>();
  if (!list) {
    result.kind = elementKind(type);
    return result;
  }
  c10::TypePtr inner = list->getElementType();
  if (auto optional = inner->cast<c10::OptionalType>()) {
    if (elementKind(optional->getElementType()) == Kind::Tensor) result.kind = Kind::OptionalTensorList;
    return result;
  }
  switch (elementKind(inner)) {
    case Kind::Tensor: result.kind = Kind::TensorList; break;
    case Kind::Int: result.kind = Kind::IntList; break;
    case Kind::Float: result.kind = Kind::FloatList; break;
    case Kind::Bool: result.kind = Kind::BoolList; break;
    default: break;
  }
  return result;
}

// 't' a tensor, 'T' a list of tensors, 'v' any other value.
char describeReturn(const c10::Argument& result) {
  const c10::TypePtr& type = result.type();
  if (type->kind() == c10::TypeKind::TensorType) return 't';
  auto list = type->cast<c10::ListType>();
  return list && list->getElementType()->kind() == c10::TypeKind::TensorType ? 'T' : 'v';
}

double numberOf(napi_env env, napi_value value) {
  double number;
  check(napi_get_value_double(env, value, &number), "expected a number");
  return number;
}

bool booleanOf(napi_env env, napi_value value) {
  bool result;
  check(napi_get_value_bool(env, value, &result), "expected a boolean");
  return result;
}

c10::IValue integerOf(napi_env env, napi_value value, napi_valuetype type) {
  // dtype, layout and memory format are integers in a schema and names in JavaScript.
  if (type == napi_string) return enumerator(toString(env, value));
  if (type == napi_boolean) return static_cast<int64_t>(booleanOf(env, value));
  return toInteger(env, value);
}

c10::IValue convert(Call& call, const Argument& argument, napi_value value, napi_valuetype type) {
  napi_env env = call.env;
  switch (argument.kind) {
    case Kind::Tensor: return call.state.get(toInteger(env, value));
    case Kind::Int: return integerOf(env, value, type);
    case Kind::Float: return numberOf(env, value);
    case Kind::Bool: return booleanOf(env, value);
    case Kind::String: return toString(env, value);
    case Kind::Device: return c10::Device(toString(env, value));
    case Kind::Scalar: {
      if (type == napi_boolean) return c10::Scalar(booleanOf(env, value));
      if (type == napi_bigint) return c10::Scalar(toInteger(env, value));
      const double number = numberOf(env, value);
      const int64_t integer = std::abs(number) < 9e15 ? static_cast<int64_t>(number) : 0;
      // As in Python, a whole number doesn't turn an integer tensor into a floating one. -0.0 must stay a float.
      if (static_cast<double>(integer) == number && !(integer == 0 && std::signbit(number))) return c10::Scalar(integer);
      return c10::Scalar(number);
    }
    case Kind::TensorList: {
      c10::List<at::Tensor> list;
      const uint32_t length = arrayLength(env, value);
      list.reserve(length);
      for (uint32_t i = 0; i < length; i++) list.push_back(call.state.get(toInteger(env, element(env, value, i))));
      return list;
    }
    case Kind::OptionalTensorList: {
      c10::List<c10::optional<at::Tensor>> list;
      const uint32_t length = arrayLength(env, value);
      for (uint32_t i = 0; i < length; i++) {
        const int64_t handle = toInteger(env, element(env, value, i));
        list.push_back(handle < 0 ? c10::optional<at::Tensor>() : c10::optional<at::Tensor>(call.state.get(handle)));
      }
      return list;
    }
    case Kind::IntList: {
      c10::List<int64_t> list;
      if (type == napi_number && argument.listSize > 0) {
        const int64_t integer = toInteger(env, value);
        for (int32_t i = 0; i < argument.listSize; i++) list.push_back(integer);
        return list;
      }
      const uint32_t length = arrayLength(env, value);
      list.reserve(length);
      for (uint32_t i = 0; i < length; i++) list.push_back(toInteger(env, element(env, value, i)));
      return list;
    }
    case Kind::FloatList: {
      c10::List<double> list;
      const uint32_t length = arrayLength(env, value);
      for (uint32_t i = 0; i < length; i++) list.push_back(numberOf(env, element(env, value, i)));
      return list;
    }
    case Kind::BoolList: {
      c10::List<bool> list;
      const uint32_t length = arrayLength(env, value);
      for (uint32_t i = 0; i < length; i++) list.push_back(booleanOf(env, element(env, value, i)));
      return list;
    }
    default: throw std::invalid_argument("a value of this type can't be passed from JavaScript");
  }
}

napi_value result(Call& call, const c10::IValue& value) {
  napi_env env = call.env;
  if (value.isTensor()) return makeHandle(env, call.state, value.toTensor());
  if (value.isTensorList()) return makeHandles(env, call.state, value.toTensorVector());
  if (value.isDouble()) return makeNumber(env, value.toDouble());
  if (value.isBool()) return makeBoolean(env, value.toBool());
  if (value.isInt()) return makeNumber(env, static_cast<double>(value.toInt()));
  if (value.isScalar()) return makeNumber(env, value.toScalar().toDouble());
  if (value.isIntList()) return makeArray(env, value.toIntVector());
  if (value.isString()) return makeString(env, value.toStringRef());
  return makeUndefined(env);
}

// resolve(name) -> [id, names of arguments, kinds of returns, index of the argument that an in-place operator returns or -1]
napi_value resolve(Call& call) {
  const std::string name = call.string(0);
  const size_t dot = name.find('.');
  const std::string base = name.substr(0, dot);
  const std::string overload = dot == std::string::npos ? "" : name.substr(dot + 1);
  auto found = c10::Dispatcher::singleton().findSchema({base, overload});
  if (!found) throw std::invalid_argument("LibTorch has no operator " + name);
  const c10::FunctionSchema& schema = found->schema();

  Operator op{*found, {}, false};
  std::string names;
  std::string returns;
  int64_t same = -1;
  for (const c10::Argument& argument : schema.arguments()) {
    op.arguments.push_back(describe(argument));
    if (!names.empty()) names += ' ';
    names += argument.name();
  }
  for (const c10::Argument& value : schema.returns()) returns += describeReturn(value);
  if (returns == "t" && schema.returns()[0].alias_info() && schema.returns()[0].alias_info()->isWrite()) {
    for (size_t i = 0; i < schema.arguments().size(); i++) {
      const auto* alias = schema.arguments()[i].alias_info();
      if (alias && *alias == *schema.returns()[0].alias_info()) same = static_cast<int64_t>(i);
    }
  }
  op.inPlace = same >= 0;
  call.state.operators.push_back(std::move(op));

  napi_value array;
  check(napi_create_array_with_length(call.env, 4, &array), "a list could not be made");
  napi_set_element(call.env, array, 0, makeNumber(call.env, static_cast<double>(call.state.operators.size() - 1)));
  napi_set_element(call.env, array, 1, makeString(call.env, names));
  napi_set_element(call.env, array, 2, makeString(call.env, returns));
  napi_set_element(call.env, array, 3, makeNumber(call.env, static_cast<double>(same)));
  return array;
}

// call(id, ...arguments) -> one value, or a list of them where the operator returns several.
// undefined means the schema's default, null None. In-place operators return undefined: the caller has the tensor already.
napi_value callOperator(Call& call) {
  call.state.releaseWaiting();
  const Operator& op = call.state.operators.at(static_cast<size_t>(call.integer(0)));
  const c10::FunctionSchema& schema = op.handle.schema();
  const size_t count = op.arguments.size();
  if (call.count - 1 > count) throw std::invalid_argument("takes " + std::to_string(count) + " arguments, got " + std::to_string(call.count - 1));

  c10::Stack stack;
  stack.reserve(count);
  for (size_t i = 0; i < count; i++) {
    const c10::Argument& declared = schema.arguments()[i];
    const napi_valuetype type = call.type(i + 1);
    if (type == napi_undefined) {
      if (!declared.default_value()) {
        if (!op.arguments[i].optional && op.arguments[i].kind != Kind::Generator) throw std::invalid_argument("needs the argument " + declared.name());
        stack.emplace_back();
      } else {
        stack.push_back(*declared.default_value());
      }
      continue;
    }
    if (type == napi_null) {
      // A tensor that isn't there travels as None also where the schema doesn't say optional (outputs of autograd).
      stack.emplace_back();
      continue;
    }
    try {
      stack.push_back(convert(call, op.arguments[i], call[i + 1], type));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("argument " + declared.name() + " (" + declared.type()->str() + "): " + error.what());
    }
  }
  op.handle.callBoxed(&stack);

  if (stack.empty()) return makeUndefined(call.env);
  if (schema.returns().size() == 1) {
    return op.inPlace ? makeUndefined(call.env) : result(call, stack[0]);
  }
  napi_value array;
  check(napi_create_array_with_length(call.env, stack.size(), &array), "a list could not be made");
  for (uint32_t i = 0; i < stack.size(); i++) napi_set_element(call.env, array, i, result(call, stack[i]));
  return array;
}

}  // namespace

void exportCall(napi_env env, napi_value exports) {
  exportFunctions(env, exports, {{"resolve", guarded<resolve>}, {"call", guarded<callOperator>}});
}

}  // namespace osler
