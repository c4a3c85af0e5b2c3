export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `http://host:port`, without a path. */
  readonly origin: string;
  /** Path and query exactly as signed. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly as signed; empty for none. */
  readonly body: string;
  readonly timeoutMs: number;
  /** Asked in the same synchronous step as the write. False: not a byte leaves. */
  readonly mayLeave?: () => boolean;
}

/** How one exchange ended. Only `answered` carries the venue's word; `lost` may have been carried out. */
export type HttpOutcome =
  | {
      readonly outcome: "answered";
      readonly status: number;
      readonly headers: ReadonlyMap<string, string>;
      readonly body: string;
    }
  /** `mayLeave` said no. */
  | { readonly outcome: "withheld" }
  /** No connection; nothing was written. */
  | { readonly outcome: "unreachable"; readonly says: string }
  /** Written, and no whole answer came in time. */
  | { readonly outcome: "lost"; readonly says: string };

export interface HttpClient {
  /** Never throws. */
  send(request: HttpRequest): Promise<HttpOutcome>;
  close(): Promise<void>;
}

export interface SocketListener {
  opened(): void;
  /** One whole message, text or binary, as its bytes. */
  message(bytes: Uint8Array): void;
  /** Exactly once, whether it ever opened or not. */
  closed(code: number, says: string): void;
}

export interface Socket {
  /** False when the socket is not open: nothing was sent. */
  send(text: string): boolean;
  ping(): void;
  close(code?: number, says?: string): void;
}

export interface SocketFactory {
  /** `url` is absolute: `ws://host:port/path`. */
  open(url: string, listener: SocketListener): Socket;
}
