#include "js.h"

namespace osler {

napi_valuetype Call::type(size_t i) const {
  if (i >= count) return napi_undefined;
  napi_valuetype type;
  check(napi_typeof(env, values[i], &type), "a value has no type");
  return type;
}

double Call::number(size_t i) const {
  double value;
  check(i < count ? napi_get_value_double(env, values[i], &value) : napi_invalid_arg, "expected a number");
  return value;
}

int64_t Call::integer(size_t i) const {
  if (i >= count) throw std::invalid_argument("expected an integer");
  return toInteger(env, values[i]);
}

bool Call::boolean(size_t i) const {
  bool value;
  check(i < count ? napi_get_value_bool(env, values[i], &value) : napi_invalid_arg, "expected a boolean");
  return value;
}

std::string Call::string(size_t i) const {
  if (i >= count) throw std::invalid_argument("expected a string");
  return toString(env, values[i]);
}

std::vector<int64_t> Call::integers(size_t i) const {
  if (i >= count) throw std::invalid_argument("expected a list of integers");
  const uint32_t length = arrayLength(env, values[i]);
  std::vector<int64_t> result(length);
  for (uint32_t k = 0; k < length; k++) result[k] = toInteger(env, element(env, values[i], k));
  return result;
}

std::vector<at::Tensor> Call::tensors(size_t i) const {
  std::vector<at::Tensor> result;
  for (int64_t handle : integers(i)) result.push_back(handle < 0 ? at::Tensor() : state.get(handle));
  return result;
}

int64_t toInteger(napi_env env, napi_value value) {
  // One call in the common case: small integers are most arguments.
  double number;
  if (napi_get_value_double(env, value, &number) == napi_ok) {
    const int64_t integer = static_cast<int64_t>(number);
    if (static_cast<double>(integer) != number) throw std::invalid_argument("expected an integer, got " + std::to_string(number));
    return integer;
  }
  int64_t big;
  bool lossless;
  check(napi_get_value_bigint_int64(env, value, &big, &lossless), "expected an integer");
  return big;
}

std::string toString(napi_env env, napi_value value) {
  size_t length;
  check(napi_get_value_string_utf8(env, value, nullptr, 0, &length), "expected a string");
  std::string result(length, '\0');
  napi_get_value_string_utf8(env, value, result.data(), length + 1, &length);
  return result;
}

uint32_t arrayLength(napi_env env, napi_value value) {
  uint32_t length;
  check(napi_get_array_length(env, value, &length), "expected a list");
  return length;
}

napi_value element(napi_env env, napi_value array, uint32_t index) {
  napi_value value;
  check(napi_get_element(env, array, index, &value), "a list could not be read");
  return value;
}

napi_value makeNumber(napi_env env, double value) {
  napi_value result;
  check(napi_create_double(env, value, &result), "a number could not be made");
  return result;
}

napi_value makeBoolean(napi_env env, bool value) {
  napi_value result;
  check(napi_get_boolean(env, value, &result), "a boolean could not be made");
  return result;
}

napi_value makeString(napi_env env, const std::string& value) {
  napi_value result;
  check(napi_create_string_utf8(env, value.data(), value.size(), &result), "a string could not be made");
  return result;
}

napi_value makeUndefined(napi_env env) {
  napi_value result;
  check(napi_get_undefined(env, &result), "undefined could not be made");
  return result;
}

napi_value makeArray(napi_env env, const std::vector<int64_t>& values) {
  napi_value result;
  check(napi_create_array_with_length(env, values.size(), &result), "a list could not be made");
  for (uint32_t i = 0; i < values.size(); i++) napi_set_element(env, result, i, makeNumber(env, static_cast<double>(values[i])));
  return result;
}

napi_value makeHandle(napi_env env, State& state, const at::Tensor& tensor) {
  return makeNumber(env, tensor.defined() ? static_cast<double>(state.add(tensor)) : -1);
}

napi_value makeHandles(napi_env env, State& state, const std::vector<at::Tensor>& tensors) {
  napi_value result;
  check(napi_create_array_with_length(env, tensors.size(), &result), "a list could not be made");
  for (uint32_t i = 0; i < tensors.size(); i++) napi_set_element(env, result, i, makeHandle(env, state, tensors[i]));
  return result;
}

void exportFunctions(napi_env env, napi_value exports, std::initializer_list<Function> functions) {
  for (const Function& function : functions) {
    napi_value value;
    check(napi_create_function(env, function.name, NAPI_AUTO_LENGTH, function.callback, nullptr, &value), "a function could not be exported");
    check(napi_set_named_property(env, exports, function.name, value), "a function could not be exported");
  }
}

}  // namespace osler
