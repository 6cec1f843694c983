/** Entry of a Web Worker. */
import { serveChains } from "./chain-server.ts";

const handle = serveChains((reply, transfer) => globalThis.postMessage(reply, { transfer }));
globalThis.addEventListener("message", (event) => handle(event.data));
globalThis.postMessage({ kind: "ready" });
