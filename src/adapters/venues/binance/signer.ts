import { type KeyObject, createHmac, createPrivateKey, createSecretKey, sign as signWith } from "node:crypto";
import { FromKeys, type KeyRing } from "../key-ring.ts";

/** Signs for one account. */
export interface Signer {
  /** `ed25519` keys may log a websocket on; `hmac` secrets sign each request of theirs. */
  readonly kind: "hmac" | "ed25519";
  /** Of exactly these bytes: hex for a secret, base64 for a key. */
  sign(payload: string): string;
}

/** A configured secret is an HMAC secret, or an Ed25519 private key in PEM form; in `.env` its line ends may be `\n`. */
export function signerOf(secret: string): Signer {
  if (!secret.includes("PRIVATE KEY")) return new HmacSigner(createSecretKey(secret, "utf8"));
  return new Ed25519Signer(privateKeyOf(secret));
}

/** What is wrong with a secret that claims to be a key; null when nothing is. */
export function secretProblem(secret: string): string | null {
  if (!secret.includes("PRIVATE KEY")) return null;
  try {
    const type = privateKeyOf(secret).asymmetricKeyType;
    return type === "ed25519" ? null : `must be an Ed25519 key, not ${type ?? "another"}`;
  } catch {
    return "must be an Ed25519 private key in PEM form (PKCS#8), or an HMAC secret";
  }
}

const privateKeyOf = (pem: string): KeyObject => createPrivateKey(pem.replaceAll("\\n", "\n"));

/** Signs with whatever keys the account has at that moment. */
export class RingSigner implements Signer {
  readonly #signer: FromKeys<Signer>;

  constructor(ring: KeyRing) {
    this.#signer = new FromKeys(ring, ({ secret }) => signerOf(secret));
  }

  get kind(): Signer["kind"] {
    return this.#signer.now.kind;
  }

  sign(payload: string): string {
    return this.#signer.now.sign(payload);
  }
}

class HmacSigner implements Signer {
  readonly kind = "hmac";
  readonly #secret: KeyObject;

  constructor(secret: KeyObject) {
    this.#secret = secret;
  }

  sign(payload: string): string {
    return createHmac("sha256", this.#secret).update(payload).digest("hex");
  }
}

class Ed25519Signer implements Signer {
  readonly kind = "ed25519";
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.#key = key;
  }

  sign(payload: string): string {
    return signWith(null, Buffer.from(payload, "utf8"), this.#key).toString("base64");
  }
}
