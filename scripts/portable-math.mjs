// Elementary functions that give the same bits in every engine: fdlibm's, in JavaScript. The language leaves the last bits of
// Math.exp and its like to the engine, so that draws of two engines can be compared only when both use these.
import acos from "@stdlib/math/base/special/acos";
import acosh from "@stdlib/math/base/special/acosh";
import asin from "@stdlib/math/base/special/asin";
import asinh from "@stdlib/math/base/special/asinh";
import atan from "@stdlib/math/base/special/atan";
import atan2 from "@stdlib/math/base/special/atan2";
import atanh from "@stdlib/math/base/special/atanh";
import cbrt from "@stdlib/math/base/special/cbrt";
import cos from "@stdlib/math/base/special/cos";
import cosh from "@stdlib/math/base/special/cosh";
import exp from "@stdlib/math/base/special/exp";
import expm1 from "@stdlib/math/base/special/expm1";
import hypot from "@stdlib/math/base/special/hypot";
import log from "@stdlib/math/base/special/ln";
import log1p from "@stdlib/math/base/special/log1p";
import log2 from "@stdlib/math/base/special/log2";
import log10 from "@stdlib/math/base/special/log10";
import pow from "@stdlib/math/base/special/pow";
import sin from "@stdlib/math/base/special/sin";
import sinh from "@stdlib/math/base/special/sinh";
import tan from "@stdlib/math/base/special/tan";
import tanh from "@stdlib/math/base/special/tanh";

const hyperbolic = { acosh, asinh, atanh, cosh, sinh, tanh };
const trigonometric = { acos, asin, atan, atan2, cos, hypot, sin, tan };
const logarithms = { cbrt, exp, expm1, log, log10, log1p, log2, pow };

/** Puts the portable functions in the place of the engine's, for the rest of this thread's life. */
export function usePortableMath() {
  Object.assign(Math, hyperbolic, trigonometric, logarithms);
}
