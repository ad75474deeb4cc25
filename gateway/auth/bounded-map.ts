/** A Map that forgets its oldest entry when a new one would be more than `size`. */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #size: number;

  constructor(size: number) {
    super();
    this.#size = size;
  }

  override set(key: Key, value: Value): this {
    if (this.size >= this.#size && !this.has(key)) {
      const oldest = this.keys().next();
      if (!oldest.done) this.delete(oldest.value);
    }
    return super.set(key, value);
  }
}
