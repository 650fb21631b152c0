#pragma once

#include "js.h"

namespace osler {

void exportCall(napi_env env, napi_value exports);
void exportTensor(napi_env env, napi_value exports);
void exportMemory(napi_env env, napi_value exports);
void exportAutograd(napi_env env, napi_value exports);
void exportRuntime(napi_env env, napi_value exports);

}  // namespace osler
