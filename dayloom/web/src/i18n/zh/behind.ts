import type { Words } from "../en";

export const behind: Words["behind"] = {};
