/** Which batches a client's first page shows: those with the highest ids, at most `limit` of them. */
export class FirstPage {
  private ids: number[];

  constructor(
    ids: readonly number[],
    private readonly limit: number,
  ) {
    this.ids = [...ids];
  }

  /** Whether this batch is on the page; a newer one joins it and pushes the oldest out. */
  admit(id: number): boolean {
    if (this.ids.includes(id)) return true;
    const oldest = Math.min(...this.ids);
    if (this.ids.length >= this.limit && id < oldest) return false;
    this.ids.push(id);
    if (this.ids.length > this.limit) this.ids = this.ids.filter((known) => known !== oldest);
    return true;
  }
}
