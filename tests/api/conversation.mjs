// One conversation by LangGraph's JavaScript SDK: `node conversation.mjs URL KEY`, in a folder that has the package.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [apiUrl, apiKey] = process.argv.slice(2);
const found = createRequire(`${process.cwd()}/`).resolve("@langchain/langgraph-sdk");
const { Client } = await import(pathToFileURL(found));
const { threads, runs } = new Client({ apiUrl, apiKey, callerOptions: { maxRetries: 0 } });
const { thread_id } = await threads.create();

for (const content of ["Plan my tasks", "Put it into my calendar"]) {
  const input = { messages: [{ role: "user", content }] };
  for await (const _ of runs.stream(thread_id, "dayloom", { input, streamMode: ["values", "messages-tuple"] }));
  if (!(await threads.getState(thread_id)).tasks[0].interrupts.length) throw new Error(`no card for ${content}`);
  await runs.wait(thread_id, "dayloom", { command: { resume: { decisions: [{ type: "approve" }] } } });
}
console.log(JSON.stringify(thread_id));
process.exit();
