import type { Words } from "../en";

export const conversation: Words["conversation"] = {
  message: "消息",
  say: "安排我的任务，周五晚上空出来……",
  answerHere: "回答，或说说您想要怎样……",
  send: "发送",
  stop: "停止",
};
