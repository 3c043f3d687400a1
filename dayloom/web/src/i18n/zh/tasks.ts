import type { Words } from "../en";

export const tasks: Words["tasks"] = {};
