// A package that is compared with: from bench/node_modules, or an error that says how to get it there.

/** They bring no types that fit together. @param {string} name @returns {Promise<any>} */
export async function peer(name) {
  try {
    return await import(name);
  } catch (cause) {
    throw new Error(`${name} does not load: npm ci --prefix bench`, { cause });
  }
}
