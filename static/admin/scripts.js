// The scripts that are no imports. Their addresses go through a policy that knows no others.

const ADDRESSES = {
  numbers: new URL("./numbers.js", import.meta.url).href,
  worker: new URL("/admin/worker.js", import.meta.url).href,
};
const createScriptURL = (name) => ADDRESSES[name];
const policy = globalThis.trustedTypes?.createPolicy("scripts", { createScriptURL });

/** The address of one of them. */
export const script = (name) => (policy ?? { createScriptURL }).createScriptURL(name);
