import type Sqlite from "better-sqlite3";
import { type Claim, type ClaimAnswer, type Claimed, MOST_CLAIMS } from "#ports/claims.ts";

interface ClaimRow {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly type: string | null;
  readonly body: string | null;
}

/** Claims in the store. Every call is one transaction, flushed when it returns; it throws when that could not be. */
export class StoredClaims {
  readonly #store: Sqlite.Database;
  readonly #most: number;
  readonly #find: Sqlite.Statement<[string], ClaimRow>;
  readonly #insert: Sqlite.Statement;
  readonly #settle: Sqlite.Statement;
  readonly #release: Sqlite.Statement;
  readonly #expire: Sqlite.Statement;
  readonly #count: Sqlite.Statement<[string], { readonly held: number }>;
  readonly #forget: Sqlite.Statement;

  constructor(store: Sqlite.Database, most = MOST_CLAIMS) {
    this.#store = store;
    this.#most = most;
    this.#find = store.prepare("select fingerprint, status, type, body from claims where id = ?");
    this.#insert = store.prepare("insert into claims (id, who, fingerprint, at, until) values (?, ?, ?, ?, ?)");
    this.#settle = store.prepare("update claims set status = ?, type = ?, body = ? where id = ? and status is null");
    this.#release = store.prepare("delete from claims where id = ? and status is null");
    this.#expire = store.prepare("delete from claims where until <= ?");
    this.#count = store.prepare("select count(*) as held from claims where who = ?");
    this.#forget = store.prepare(
      "delete from claims where id = (select id from claims where who = ? and status is not null order by at limit 1)",
    );
  }

  claim({ id, who, fingerprint, at, until }: Claim): Claimed {
    return this.#store.transaction((): Claimed => {
      this.#expire.run(at);
      const row = this.#find.get(id);
      if (row) return { outcome: "known", fingerprint: row.fingerprint, answer: answerOf(row) };
      const held = this.#count.get(who)?.held ?? 0;
      if (held >= this.#most && this.#forget.run(who).changes === 0) return { outcome: "full" };
      this.#insert.run(id, who, fingerprint, at, until);
      return { outcome: "fresh" };
    })();
  }

  settle(id: string, { status, type, body }: ClaimAnswer): void {
    this.#settle.run(status, type, body, id);
  }

  release(id: string): void {
    this.#release.run(id);
  }
}

function answerOf({ status, type, body }: ClaimRow): ClaimAnswer | null {
  return status === null ? null : { status, type: type ?? "", body: body ?? "" };
}
