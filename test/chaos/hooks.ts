import { writeSync } from "node:fs";
import { plant } from "../plant.ts";
import { chaosPoints } from "./points.ts";

/*
 * Loaded before the program (`--import`), in tests only: at the n-th time the named point is met, the process says so on
 * descriptor 3 and stands still, every thread of it, until it is killed.
 */
declare global {
  var chaosPoint: (name: string) => void;
  var chaosWants: (name: string) => boolean;
}

const DESCRIPTOR = 3;
const [wanted, nth] = (process.env["CHAOS_POINT"] ?? "").split(":");
let left = Number(nth ?? 1);

globalThis.chaosWants = (name) => name === wanted && left === 1;
globalThis.chaosPoint = (name) => {
  if (name !== wanted) return;
  left -= 1;
  if (left !== 0) return;
  writeSync(DESCRIPTOR, `${name}\n`);
  process.kill(process.pid, "SIGSTOP");
};

const point = chaosPoints.find(({ name }) => name === wanted);
if (point) plant({ name: point.name, patches: [point.patch] });
