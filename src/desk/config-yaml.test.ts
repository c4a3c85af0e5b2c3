import { expect, test } from "vitest";
import { readConfigYaml } from "./config-yaml.ts";

const KNOWN = ["auto_loop", "order_notional_usdt", "loop_venues", "max_open_orders"];

test("a map of settings is a wish, lists of names among it", () => {
  const text = "order_notional_usdt: 120.5 # small\nauto_loop: false\nloop_venues: [okx, binance]\nmax_open_orders:\n";
  expect(readConfigYaml(text, KNOWN)).toEqual({
    wish: { order_notional_usdt: 120.5, auto_loop: false, loop_venues: "okx,binance", max_open_orders: null },
  });
  expect(readConfigYaml("# nothing\n", KNOWN)).toEqual({ wish: {} });
});

test.each([
  { text: "a: [1", path: "line 1", message: /flow/i },
  { text: "- order_notional_usdt", path: "yaml_text", message: /must be a map/ },
  { text: "order_notional_usd: 5", path: "order_notional_usd", message: /is no setting: use one of auto_loop, / },
  { text: "safe_mode: false", path: "safe_mode", message: /PATCH \/api\/ui\/control/ },
  { text: "auto_loop: true\nauto_loop: false", path: "auto_loop", message: /twice/ },
  { text: "order_notional_usdt: {of: 5}", path: "order_notional_usdt", message: /must be one value, as in/ },
  { text: "order_notional_usdt: [5]", path: "order_notional_usdt", message: /must be one value, as in/ },
  { text: "loop_venues: [1]", path: "loop_venues", message: /or a list of names/ },
  { text: "order_notional_usdt: !money 5", path: "line 1", message: /tag/i },
  { text: "? [a]\n: 1", path: "yaml_text", message: /is no setting/ },
])("$text: $path", ({ text, path, message }) => {
  expect(readConfigYaml(text, KNOWN)).toEqual({ problems: [{ path, message: expect.stringMatching(message) }] });
});

test("everything that is wrong is said at once", () => {
  const found = readConfigYaml("mode: RUN\nsurprise: 1\nauto_loop: {}\n", KNOWN);
  expect("problems" in found && found.problems.map(({ path }) => path)).toEqual(["mode", "surprise", "auto_loop"]);
});
