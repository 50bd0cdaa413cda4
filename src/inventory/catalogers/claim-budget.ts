/** Characters of all paths that one file may claim; the longest honest lists, of some 50,000 files, have 6 million. */
const mostCharacters = 32 << 20;

/** Takes as many of the paths as there is still room for. */
export type ClaimBudget = (paths: Iterable<string>) => string[];

/**
 * Bounds what one file claims. Paths in a file are short, but they become long in a folder that lies deep, so that a small file
 * could fill the memory. What is left out stays without an owner, and so is seen as unknown.
 */
export function claimBudget(): ClaimBudget {
  let left = mostCharacters;
  return (paths) => {
    const taken: string[] = [];
    for (const path of paths) {
      left -= path.length;
      if (left < 0) break;
      taken.push(path);
    }
    return taken;
  };
}
