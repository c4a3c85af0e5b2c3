import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExact } from "#adapters/wire/json.ts";
import { fixture, haveFixtures } from "../../../test/scripted-wire.ts";
import * as binance from "./binance/words.ts";
import { readPrivateFrame as readOkxPrivateFrame } from "./okx/private-words.ts";
import * as okx from "./okx/words.ts";

const noise = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.json(),
  fc
    .record({
      event: fc.constantFrom("error", "login", "subscribe", "notice"),
      code: fc.anything(),
      msg: fc.anything(),
      arg: fc.anything(),
    })
    .map(
      (value) => JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}` : each)) ?? "",
    ),
  fc.constantFrom(
    '{"event":"error","code":{"toString":1,"valueOf":1}}',
    '{"event":"subscribe","arg":{"channel":{"toString":1}}}',
  ),
  // Frames that are almost right: their fields, anybody's values.
  fc
    .record(
      {
        e: fc.constantFrom("depthUpdate", "bookTicker", "markPriceUpdate", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE", 7),
        s: fc.anything(),
        U: fc.anything(),
        u: fc.anything(),
        pu: fc.anything(),
        b: fc.anything(),
        a: fc.anything(),
        o: fc.anything(),
        data: fc.anything(),
        event: fc.anything(),
        action: fc.constantFrom("snapshot", "update", null),
        arg: fc.record({
          channel: fc.constantFrom("books", "bbo-tbt", "orders", "positions", "mark-price", "funding-rate"),
          instId: fc.anything(),
        }),
      },
      { requiredKeys: [] },
    )
    .map(
      (value) => JSON.stringify(value, (_key, each: unknown) => (typeof each === "bigint" ? `${each}` : each)) ?? "",
    ),
);

test("no bytes make a frame reader throw", () => {
  fc.assert(
    fc.property(noise, (text) => {
      binance.readPublicFrame(text);
      binance.readPrivateFrame(parseExact(text));
      okx.readPublicFrame(text);
      readOkxPrivateFrame(parseExact(text));
    }),
    { numRuns: 5_000 },
  );
});

test("ids beyond 2^53 keep every digit", () => {
  expect(parseExact('{"orderId":9007199254740993,"small":12,"price":0.1,"list":[123456789012345678901]}')).toEqual({
    orderId: "9007199254740993",
    small: 12,
    price: 0.1,
    list: ["123456789012345678901"],
  });
  expect(parseExact("{")).toBeUndefined();
});

test("a COIN-M frame is not ours, whatever the order of its fields", () => {
  expect(
    binance.readPublicFrame('{"u":1,"e":"bookTicker","s":"BTCUSD_PERP","st":2,"b":"1","B":"1","a":"2","A":"1"}').kind,
  ).toBe("other");
  expect(
    binance.readPublicFrame('{"A":"1","a":"2","B":"1","b":"1","s":"BTCUSDT","u":1,"e":"bookTicker"}'),
  ).toMatchObject({
    kind: "book-ticker",
    bid: ["1", "1"],
    ask: ["2", "1"],
  });
});

test.skipIf(!haveFixtures)("a refused subscription is told, a confirmed one is not", () => {
  const refused = JSON.parse(fixture("binance/ws/subscribe-error.exchange.json")).receive;
  expect(binance.readPublicFrame(JSON.stringify(refused)).kind).toBe("bad");
  expect(binance.readPublicFrame('{"result":null,"id":1}').kind).toBe("other");
  expect(okx.readPublicFrame(fixture("okx/ws/subscribe-error-60018.json"))).toMatchObject({
    kind: "error",
    code: "60018",
  });
  expect(okx.readPublicFrame(fixture("okx/ws/notice-64008.json")).kind).toBe("closing");
  expect(readOkxPrivateFrame(JSON.parse(fixture("okx/ws/login-failed.json")))).toMatchObject({
    kind: "error",
    code: "60009",
  });
});

test("whether a number is long is told by its digits, wherever it stands", () => {
  const whole = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const spaces = fc.constantFrom("", " ", "\n\t");
  fc.assert(
    fc.property(
      whole,
      spaces,
      fc.constantFrom("#", "[#]", '{"a":#}', '[1,#,"x"]', '{"a":[#]}'),
      (value, gap, shape) => {
        const text = shape.replace("#", `${gap}${value}`);
        const exact = JSON.stringify(parseExact(text));
        const expected = Number.isSafeInteger(Number(value)) ? `${Number(value)}` : `"${value}"`;
        expect(exact).toBe(JSON.stringify(JSON.parse(shape.replace("#", expected))));
      },
    ),
    { numRuns: 1_000 },
  );
});
