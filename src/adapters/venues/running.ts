interface Startable {
  start(): void;
  close(): void;
}

/** The streams somebody listens to: each ends with its listener, all of them with their venue. */
export class Running<Stream extends Startable = Startable> {
  readonly #open = new Set<Stream>();

  begin(stream: Stream): { close(): void } {
    this.#open.add(stream);
    stream.start();
    return {
      close: () => {
        stream.close();
        this.#open.delete(stream);
      },
    };
  }

  get all(): Iterable<Stream> {
    return this.#open;
  }

  close(): void {
    for (const stream of this.#open) stream.close();
    this.#open.clear();
  }
}
