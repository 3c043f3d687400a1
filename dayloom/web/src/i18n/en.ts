import { app } from "./en/app";
import { behind } from "./en/behind";
import { calendar } from "./en/calendar";
import { cards } from "./en/cards";
import { conversation } from "./en/conversation";
import { inbox, settings, start } from "./en/start";
import { tasks } from "./en/tasks";

/** Every word of the page in English; `zh.ts` has the same keys, which the compiler checks. */
export const en = { app, conversation, cards, calendar, tasks, behind, inbox, settings, start };

type Translated<Words> = { [Key in keyof Words]: Words[Key] extends string ? string : Translated<Words[Key]> };
/** The shape of a translation. */
export type Words = Translated<typeof en>;
