"""Settings of the numeric libraries under which x86-64 processors give the same digits.

A sum's last digits depend on its order, and each library takes the order that suits the processor
best: MKL another one on AMD's than on Intel's. After hundreds of training steps such digits are
tenths of a point. With these settings every processor that has AVX2 takes the same order:

* torch's own kernels and oneDNN are those of AVX2;
* MKL's products are those of AVX2, in the mode that keeps them from changing with the alignment of
  memory, and with it from one processor to another. It holds for `compute.product`; MKL's routines
  for vectors and its exp, log and sqrt are other ones on AMD's processors even so, and stages use
  none of them;
* numpy and its OpenBLAS likewise, where numpy was not imported before.

A variable that is set already stays as it is. Results count by what is set (`settings`), so those
of other settings are kept beside each other.
"""

import os
import platform
import sys
import warnings

PORTABLE = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_CBWR": "AVX2,STRICT",
}
_NUMPY = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",  # the same to the last bit on however many cores
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def apply() -> None:
    """Set what is not set yet; the libraries read it once, when they are imported."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return
    missing = PORTABLE.keys() - os.environ.keys()
    if missing and "torch" in sys.modules:
        warnings.warn(
            "torch was imported before jpegnet, so results have this processor's digits; "
            "import jpegnet first",
            stacklevel=3,
        )
        return
    for name, value in (PORTABLE | ({} if "numpy" in sys.modules else _NUMPY)).items():
        os.environ.setdefault(name, value)


def settings() -> dict[str, str]:
    """What results depend on, by variable; empty where all is left to the machine."""
    return {name: os.environ[name] for name in PORTABLE if os.environ.get(name)}
