import type { Words } from "./en";
import { app } from "./zh/app";
import { behind } from "./zh/behind";
import { calendar } from "./zh/calendar";
import { cards } from "./zh/cards";
import { conversation } from "./zh/conversation";
import { inbox, settings, start } from "./zh/start";
import { tasks } from "./zh/tasks";

/** Every word of the page in Chinese. */
export const zh: Words = { app, conversation, cards, calendar, tasks, behind, inbox, settings, start };
