#!/bin/sh
# Compiles the LibTorch bridge when its sources, its flags or LibTorch changed. Progress goes to stderr; the last line on stdout is
# the absolute path of the compiled module. LibTorch is the folder named by LIBTORCH (an unpacked libtorch, or the torch folder of a
# Python's site-packages), else Debian's libtorch-dev, which is installed through apt where it is missing.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
tools=${OSLER_NATIVE_DIR:-$root/.osler/tools/native}

say() { printf 'native: %s\n' "$*" >&2; }
fail() {
  say "$1"
  say "$2"
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs Debian packages; says so first. $1: what for; the rest: packages.
install() {
  purpose=$1
  shift
  if ! command -v apt-get > /dev/null 2>&1; then
    fail "$purpose is missing, and this system has no apt to install it with." \
      "Install a C++17 compiler, CMake >= 3.18 and LibTorch (https://pytorch.org/get-started/locally, language C++), and set LIBTORCH to its folder. On macOS: xcode-select --install; brew install cmake pytorch; LIBTORCH=\$(brew --prefix pytorch)."
  fi
  if [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null 2>&1; then
    fail "$purpose is missing, and installing it needs root or sudo." "Run as root: apt-get install $*"
  fi
  say "$purpose is missing: installing $* with apt"
  as_root apt-get update -q > /dev/null 2>&1 || say "apt-get update failed; trying with the package lists at hand"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 ||
    fail "apt-get install $* failed." "Install these packages by hand, or set LIBTORCH to an unpacked LibTorch."
}

command -v cmake > /dev/null 2>&1 || install 'CMake' cmake make
command -v "${CXX:-c++}" > /dev/null 2>&1 || install 'a C++ compiler' g++ make
command -v make > /dev/null 2>&1 || command -v ninja > /dev/null 2>&1 || install 'make' make

api=$root/node_modules/node-api-headers/include
[ -f "$api/node_api.h" ] || fail "Node-API's headers are missing ($api)." 'Run npm ci first.'

# Where LibTorch is: its headers, its libraries, and the version that its header names.
if [ -n "${LIBTORCH:-}" ]; then
  [ -d "$LIBTORCH" ] || fail "LIBTORCH names no folder: $LIBTORCH" 'Set it to an unpacked libtorch or to the torch folder of site-packages.'
  base=$(cd "$LIBTORCH" && pwd)
  # A site-packages folder itself, or a virtual environment, is meant kindly.
  for inner in "$base/torch" "$base"/lib/python3*/site-packages/torch; do
    [ -f "$inner/include/torch/version.h" ] || [ -f "$inner/include/torch/csrc/api/include/torch/version.h" ] && base=$inner
  done
  headers=$base/include
  libraries=$base/lib
  [ -f "$headers/ATen/ATen.h" ] || fail "No LibTorch in $base: include/ATen/ATen.h is not there." 'Set LIBTORCH to an unpacked libtorch or to the torch folder of site-packages.'
else
  if [ ! -f /usr/include/ATen/ATen.h ]; then install 'LibTorch' libtorch-dev libopenblas0-openmp; fi
  base=/usr
  headers=/usr/include
  libraries=
  for folder in "/usr/lib/$(uname -m)-linux-gnu" /usr/lib64 /usr/lib; do
    if [ -z "$libraries" ] && [ -e "$folder/libtorch_cpu.so" ]; then libraries=$folder; fi
  done
  [ -n "$libraries" ] || fail 'Debian has the headers of LibTorch but not libtorch_cpu.so.' 'Run apt-get install --reinstall libtorch-dev.'
fi

# The number of the version, from whichever header this LibTorch has it in.
number() {
  cat "$headers/torch/headeronly/version.h" "$headers/torch/csrc/api/include/torch/version.h" 2> /dev/null | sed -n "s/^#define TORCH_VERSION_$1 \([0-9]*\).*/\1/p" | head -n 1
}
major=$(number MAJOR)
minor=$(number MINOR)
[ -n "$major" ] && [ -n "$minor" ] || fail "The LibTorch in $base does not say its version." 'Set LIBTORCH to LibTorch 1.13 or newer.'
version=$major.$minor.$(number PATCH)

# LibTorch's own build says which ABI of std::string it was compiled with.
abi=1
config=$base/share/cmake/Torch/TorchConfig.cmake
if [ -f "$config" ] && grep -q '_GLIBCXX_USE_CXX11_ABI=0' "$config"; then abi=0; fi
standard=17
if [ "$major" -gt 2 ] || { [ "$major" = 2 ] && [ "$minor" -ge 10 ]; }; then standard=20; fi

compiler=$("${CXX:-c++}" --version | head -n 1)
library=$(ls -lL "$libraries"/libtorch_cpu.* | head -n 1)
sum() { if command -v sha256sum > /dev/null 2>&1; then sha256sum; else shasum -a 256; fi; }
key=$({
  find "$here" -type f \( -name '*.cpp' -o -name '*.h' -o -name 'CMakeLists.txt' -o -name 'build.sh' \) | LC_ALL=C sort | xargs cat
  printf '%s\n' "$base" "$version" "$library" "$compiler" "${CXXFLAGS:-}" "$abi" "$standard"
} | sum | cut -c1-16)

# Debian's LibTorch is content with the reference BLAS, which is many times slower than OpenBLAS at matrix products. The OpenMP
# variant shares LibTorch's threads. Going without is slow, not wrong, so a failure here does not stop anything.
blas=$(readlink -f "$libraries/libblas.so.3" 2> /dev/null || true)
case $base:$blas in
  /usr:*/blas/libblas.so.3*)
    if command -v apt-get > /dev/null 2>&1; then
      say 'only the slow reference BLAS is here: installing libopenblas0-openmp with apt'
      { [ "$(id -u)" = 0 ] || command -v sudo > /dev/null 2>&1; } &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends libopenblas0-openmp > /dev/null 2>&1 ||
        say 'that failed; networks with large fully connected layers (VGG) will train slowly'
    fi
    ;;
esac

target=$tools/$key
module=$target/osler_torch.node
if [ ! -f "$module" ]; then
  mkdir -p "$tools"
  work=$tools/build-$key.$$
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM
  mkdir -p "$work"
  log=$tools/build-$key.log
  say "compiling the bridge for LibTorch $version in $base (half a minute to two, once)"
  cmake -S "$here" -B "$work" -DCMAKE_BUILD_TYPE=Release \
    -DTORCH_INCLUDES="$headers;$headers/torch/csrc/api/include" -DTORCH_LIBRARIES_DIR="$libraries" -DNODE_API_INCLUDE="$api" \
    -DTORCH_CXX11_ABI=$abi -DTORCH_CXX_STANDARD=$standard > "$log" 2>&1 ||
    { tail -n 20 "$log" >&2; fail "cmake failed; the whole log is $log" 'Check LIBTORCH, and that a C++ compiler works.'; }
  jobs=$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
  cmake --build "$work" --parallel "$jobs" >> "$log" 2>&1 &
  build=$!
  total=$(find "$here/src" -name '*.cpp' | wc -l | tr -d ' ')
  while kill -0 "$build" 2> /dev/null; do
    if [ -t 2 ]; then printf '\rnative: %s of %s files' "$(grep -c 'Building CXX' "$log" || true)" "$total" >&2; fi
    sleep 0.5
  done
  [ -t 2 ] && printf '\n' >&2
  wait "$build" || { grep -E 'error|Error' "$log" | head -n 20 >&2; fail "the compiler failed; the whole log is $log" 'If LibTorch was just replaced, set LIBTORCH anew; otherwise this is a bug: report it with the log.'; }
  mkdir -p "$target"
  mv -f "$work/osler_torch.node" "$target/.new.$$"
  mv -f "$target/.new.$$" "$module"
  rm -f "$log"
  say 'compiled'
fi

# Programs started without the launcher find the last one used here.
printf '%s\n' "$module" > "$tools/current.$$"
mv -f "$tools/current.$$" "$tools/current"
printf '%s\n' "$module"
