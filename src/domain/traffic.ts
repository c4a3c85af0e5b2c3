/** What left for the venues within the last minute: what every budget and every breaker counts. */
export interface Traffic {
  /** Orders of every act, from the moment they were meant. */
  readonly orders: number;
  readonly cancels: number;
  /** Orders of recovery among them. */
  readonly rescues: number;
}

/** How the venues took what was asked of them, over a longer while. */
export interface Refusals {
  readonly orders: number;
  readonly refused: number;
  readonly cancels: number;
  readonly cancelsFailed: number;
  /** Orders of recovery that were refused, since the last one that was not. */
  readonly rescuesInARow: number;
}
