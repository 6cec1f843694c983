/** What the module exports: one pass over the rows of a segment, and the elementary functions for the tests. */
import { exp } from "./exp";
import { log, log1p, log1pUnit } from "./log";
import { execute } from "./operations";
import { INPUT_BYTES, INSTRUCTION_BYTES, Input, SEGMENT_BYTES, Segment } from "./plan";
import { predict } from "./predict";
import { pull } from "./pull";

/** Runs `count` segments: sums are added to accumulators, derivatives to what the inputs point to. */
export function evaluate(address: usize, count: i32, block: i32): void {
  for (let s = 0; s < count; s++) pass(changetype<Segment>(address + <usize>s * SEGMENT_BYTES), block);
}

function pass(segment: Segment, block: i32): void {
  const inputs = segment.inputs;
  const inputsEnd = inputs + <usize>segment.inputCount * INPUT_BYTES;
  const instructions = segment.instructions;
  const end = instructions + <usize>segment.instructionCount * INSTRUCTION_BYTES;
  for (let from = 0; from < segment.rows; from += block) {
    const count = min(block, segment.rows - from);
    for (let at = inputs; at < inputsEnd; at += INPUT_BYTES) predict(changetype<Input>(at), from, count);
    for (let at = instructions; at < end; at += INSTRUCTION_BYTES) execute(at, from, count);
    for (let at = inputs; at < inputsEnd; at += INPUT_BYTES) {
      if (changetype<Input>(at).slope != 0) pull(changetype<Input>(at), from, count);
    }
  }
}

/** Replaces an even number of doubles by their exponentials (0), log (1), log1p (2), log1p on [0, 1] (3) or e^−|x| (4). */
export function elementary(kind: i32, at: usize, count: i32): void {
  const end = at + (<usize>count << 3);
  for (; at < end; at += 16) {
    const x = v128.load(at);
    let y = x;
    if (kind == 0) y = exp(x);
    else if (kind == 1) y = log(x);
    else if (kind == 2) y = log1p(x);
    else if (kind == 3) y = log1pUnit(x);
    else y = exp(f64x2.neg(f64x2.abs(x)));
    v128.store(at, y);
  }
}
