/**
 * Which units are one, because the same bytes occur in more than one of them: a union-find over names.
 * Only units that are tied to another take memory. The root of a tied set is its smallest name, so it depends on nothing
 * but the set.
 */
export class Links {
  private readonly parents = new Map<string, string>();
  private readonly tied = new Set<string>();

  root(name: string): string {
    let root = name;
    for (let next = this.parents.get(root); next !== undefined; next = this.parents.get(root)) root = next;
    for (let at = name; at !== root; ) {
      const next = this.parents.get(at)!;
      this.parents.set(at, root);
      at = next;
    }
    return root;
  }

  tie(a: string, b: string): void {
    const [first, second] = [this.root(a), this.root(b)].sort();
    if (first === second) return;
    this.parents.set(second!, first!);
    this.tied.add(a).add(b);
  }

  /** Whether it was tied to another. */
  isTied(name: string): boolean {
    return this.tied.has(name);
  }
}
