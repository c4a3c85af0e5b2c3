import { generateKeyPairSync, verify } from "node:crypto";
import { expect, test } from "vitest";
import { secretProblem, signerOf } from "./signer.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

test("an Ed25519 key signs base64 that its public half accepts, also with its line ends written out", () => {
  for (const secret of [pem, pem.replaceAll("\n", "\\n")]) {
    const signer = signerOf(secret);
    expect(signer.kind).toBe("ed25519");
    const signature = Buffer.from(signer.sign("symbol=BTCUSDT&timestamp=1"), "base64");
    expect(verify(null, Buffer.from("symbol=BTCUSDT&timestamp=1"), publicKey, signature)).toBe(true);
  }
});

test("anything else is an HMAC secret", () => {
  expect(signerOf("plain").kind).toBe("hmac");
  expect(signerOf("plain").sign("a")).toMatch(/^[0-9a-f]{64}$/);
});

test("a key of another kind, or a broken one, is a problem with a cure", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
  expect(secretProblem(rsa.export({ type: "pkcs8", format: "pem" }).toString())).toBe(
    "must be an Ed25519 key, not rsa",
  );
  expect(secretProblem("-----BEGIN PRIVATE KEY-----\nnot\n-----END PRIVATE KEY-----")).toMatch(/PEM form/);
  expect([secretProblem(pem), secretProblem("plain")]).toEqual([null, null]);
});
