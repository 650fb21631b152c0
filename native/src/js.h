#pragma once
// Small helpers over Node-API: arguments in, values out, C++ exceptions to JavaScript ones.

#include <c10/util/Exception.h>
#include <node_api.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "state.h"

namespace osler {

constexpr size_t MAX_ARGUMENTS = 40;

inline void check(napi_status status, const char* what) {
  if (status != napi_ok) throw std::invalid_argument(what);
}

struct Call {
  napi_env env;
  State& state;
  size_t count = MAX_ARGUMENTS;
  napi_value values[MAX_ARGUMENTS];

  Call(napi_env env, napi_callback_info info) : env(env), state(stateOf(env)) {
    check(napi_get_cb_info(env, info, &count, values, nullptr, nullptr), "arguments could not be read");
    if (count > MAX_ARGUMENTS) throw std::invalid_argument("too many arguments");
  }
  napi_value operator[](size_t i) const { return values[i]; }
  napi_valuetype type(size_t i) const;
  double number(size_t i) const;
  int64_t integer(size_t i) const;
  bool boolean(size_t i) const;
  std::string string(size_t i) const;
  std::vector<int64_t> integers(size_t i) const;
  const at::Tensor& tensor(size_t i) const { return state.get(integer(i)); }
  std::vector<at::Tensor> tensors(size_t i) const;
};

int64_t toInteger(napi_env env, napi_value value);
std::string toString(napi_env env, napi_value value);
uint32_t arrayLength(napi_env env, napi_value value);
napi_value element(napi_env env, napi_value array, uint32_t index);

napi_value makeNumber(napi_env env, double value);
napi_value makeBoolean(napi_env env, bool value);
napi_value makeString(napi_env env, const std::string& value);
napi_value makeUndefined(napi_env env);
napi_value makeArray(napi_env env, const std::vector<int64_t>& values);
// Handles of new tensors; -1 for one that is undefined.
napi_value makeHandle(napi_env env, State& state, const at::Tensor& tensor);
napi_value makeHandles(napi_env env, State& state, const std::vector<at::Tensor>& tensors);

// Wraps a function so that no C++ exception reaches Node, which would end the process.
template <napi_value (*F)(Call&)>
napi_value guarded(napi_env env, napi_callback_info info) {
  try {
    Call call(env, info);
    return F(call);
  } catch (const c10::Error& error) {
    napi_throw_error(env, nullptr, error.what_without_backtrace());
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  } catch (...) {
    napi_throw_error(env, nullptr, "an unknown native error");
  }
  return nullptr;
}

struct Function {
  const char* name;
  napi_callback callback;
};

void exportFunctions(napi_env env, napi_value exports, std::initializer_list<Function> functions);

}  // namespace osler
