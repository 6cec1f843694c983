/** What draws are survives saving; a fit that was saved before draws said what they are says it too. */
import { brm, type Fit, fitDocument, fixef, loadFit, ranef, saveFit, summarise, summary } from "nutmix";
import { beforeAll, describe, expect, it } from "vitest";
import { crc32 } from "../../src/numeric/crc32.ts";

describe("a saved fit", () => {
  let fit: Fit;
  let files: Map<string, string | Uint8Array>;
  beforeAll(async () => {
    const data = Array.from({ length: 30 }, (_, i) => ({ y: (i * 7) % 11, x: i / 10, g: `level ${i % 5}` }));
    fit = await brm("y ~ x + (1 + x | g); sigma ~ x", data, {
      chains: 1,
      warmup: 30,
      draws: 10,
      createWorker: "none",
    });
    files = new Map(saveFit(fit, fitDocument(fit, summarise(fit.draws), [])));
  });
  const same = (loaded: Fit): void => {
    expect(loaded.draws).toEqual(fit.draws);
    expect(String(summary(loaded))).toBe(String(summary(fit)));
    expect(fixef(loaded)).toEqual(fixef(fit));
    expect(ranef(loaded)).toEqual(ranef(fit));
  };

  it("keeps them", () => {
    expect(fit.draws.quantities!.length).toBeGreaterThan(5);
    same(loadFit((name) => files.get(name)));
  });

  it("takes them from its model when it has none", () => {
    const { checksum: _, ...body } = JSON.parse(files.get("fit.json") as string);
    delete body.fit.quantities;
    const older = `${JSON.stringify({ ...body, checksum: crc32(JSON.stringify(body)) })}\n`;
    expect(older).not.toContain('"quantities"');
    same(loadFit((name) => (name === "fit.json" ? older : files.get(name))));
  });
});
