import { expect, test } from "vitest";
import { stage } from "./stage.ts";

const control = "/api/ui/control";

test("the way back from a kill, step by step, each its own change", async () => {
  const { ask } = await stage();
  await ask("POST", "/api/ui/kill");
  expect((await ask("PATCH", control, { safe_mode: false })).body.code).toBe("killed");
  expect((await ask("POST", "/api/ui/reset")).body).toMatchObject({ mode: "HOLD", safe_mode: true, killed: false });
  const loosened = await ask("PATCH", control, { safe_mode: false });
  expect(loosened.body).toMatchObject({ control: { mode: "HOLD", safe_mode: false }, changes: ["safe_mode"] });
  expect((await ask("PATCH", control, { mode: "RUN" })).body).toMatchObject({
    control: { mode: "RUN", reasons: [] },
    changes: ["mode"],
  });
});

test("SAFE_MODE goes on at any time, and off only on HOLD", async () => {
  const { ask } = await stage();
  expect((await ask("PATCH", control, { safe_mode: true })).body.control).toMatchObject({
    mode: "RUN",
    safe_mode: true,
  });
  expect(await ask("PATCH", control, { safe_mode: false })).toMatchObject({
    status: 409,
    body: { code: "not_on_hold" },
  });
  await ask("PATCH", control, { mode: "HOLD" });
  expect((await ask("PATCH", control, { safe_mode: false })).body.control).toMatchObject({ safe_mode: false });
});

test("reset holds, and says so", async () => {
  const { ask } = await stage();
  const { body } = await ask("POST", "/api/ui/reset");
  expect(body).toMatchObject({ mode: "HOLD", reasons: [{ code: "reset" }] });
});

test.each([
  ["an empty change", {}],
  ["an unknown key", { mode: "HOLD", speed: 11 }],
  ["a mode that is none", { mode: "PANIC" }],
])("%s is 422 and changes nothing", async (_name, wish) => {
  const { ask } = await stage();
  expect((await ask("PATCH", control, wish)).status).toBe(422);
  expect((await ask("GET", "/api/ui/control-state")).body).toMatchObject({ mode: "RUN", safe_mode: false });
});
