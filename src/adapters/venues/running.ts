interface Startable {
  start(): void;
  close(): void;
}

/** The streams somebody listens to: each ends with its listener, all of them with their venue. */
export class Running {
  readonly #open = new Set<Startable>();

  begin(stream: Startable): { close(): void } {
    this.#open.add(stream);
    stream.start();
    return {
      close: () => {
        stream.close();
        this.#open.delete(stream);
      },
    };
  }

  close(): void {
    for (const stream of this.#open) stream.close();
    this.#open.clear();
  }
}
