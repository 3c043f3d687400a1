import type { Words } from "../en";

export const calendar: Words["calendar"] = {};
