// Calls the JavaScript client as tables of calls say: tests/clients/callers.py runs it in Node and in a browser.

/** Returns what each call returns, or `{ mistake }` with its words. */
export async function answers(client, calls) {
  const all = [];
  for (const call of calls) {
    all.push(await answer(client, call));
  }
  return all;
}

async function answer({ Mistake, SignedSite, Site }, { site, presets, signingKey, method, key, asked }) {
  try {
    const made = signingKey ? new SignedSite(site, signingKey, { presets }) : new Site(site, { presets });
    return { answer: await made[method](key, asked) };
  } catch (error) {
    if (!(error instanceof Mistake)) {
      throw error;
    }
    return { mistake: error.message };
  }
}
