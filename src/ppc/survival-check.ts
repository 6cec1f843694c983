/** Kaplan–Meier curves of censored responses and of replicates. */
import { LIGHT_BLUE, short } from "../plots/palette.ts";
import type { Datum } from "../plots/plot.ts";
import type { Check } from "./check.ts";
import { observed, replicate, someDraws } from "./predictive.ts";

export interface SurvivalCurve {
  readonly time: readonly number[];
  readonly survival: readonly number[];
}

/** Kaplan & Meier (1958); `event[i]` false = right censored. */
export function kaplanMeier(time: Float64Array, event: (i: number) => boolean): SurvivalCurve {
  const order = Array.from(time.keys()).sort((a, b) => time[a]! - time[b]!);
  const at: number[] = [0];
  const survival: number[] = [1];
  let current = 1;
  for (let k = 0; k < order.length; ) {
    const now = time[order[k]!]!;
    let events = 0;
    let gone = 0;
    while (k + gone < order.length && time[order[k + gone]!] === now) {
      if (event(order[k + gone]!)) events++;
      gone++;
    }
    if (events > 0) {
      current *= 1 - events / (order.length - k);
      at.push(now);
      survival.push(current);
    }
    k += gone;
  }
  return { time: at, survival };
}

const MOST_STEPS = 120;

export const kmOverlay: Check = {
  needs: ["y", "status"],
  kinds: ["continuous", "count"],
  title: (p) => `Survival of ${p.response}: observed (Kaplan–Meier) and replicated`,
  build(p, { ndraws = 50 }) {
    const y = observed(p);
    const status = p.status!;
    const curve = (what: string, draw: number, { time, survival }: SurvivalCurve): Datum[] => {
      const step = Math.max(1, Math.ceil(time.length / MOST_STEPS));
      return time.flatMap((t, k) =>
        k % step === 0 || k === time.length - 1
          ? [{ what, draw, x: short(t), survival: short(survival[k]!) }]
          : [],
      );
    };
    const own = kaplanMeier(y, (i) => status[i] === 0);
    const used = someDraws(p, ndraws);
    return {
      rows: [
        ...used.flatMap((s) =>
          curve(
            "replicated",
            s + 1,
            kaplanMeier(replicate(p, s), () => true),
          ),
        ),
        ...curve("observed", 0, own),
      ],
      numbers: { time: own.time, survival: own.survival },
    };
  },
  layer: (p) => {
    const longest = p.y!.reduce((a, b) => Math.max(a, b), 0);
    const encoding = {
      x: {
        field: "x",
        type: "quantitative",
        title: p.response,
        scale: { domain: [0, longest], clamp: true },
      },
      y: { field: "survival", type: "quantitative", title: "share still without event" },
    };
    return [
      {
        transform: [{ filter: { field: "what", equal: "replicated" } }],
        mark: { type: "line", interpolate: "step-after", color: LIGHT_BLUE, strokeWidth: 0.7, clip: true },
        encoding: { ...encoding, detail: { field: "draw" } },
      },
      {
        transform: [{ filter: { field: "what", equal: "observed" } }],
        mark: { type: "line", interpolate: "step-after", color: "#08306b", strokeWidth: 2 },
        encoding,
      },
    ];
  },
};
