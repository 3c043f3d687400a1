import type { Words } from "../en";

export const conversation: Words["conversation"] = {};
