export const conversation = {
  message: "Message",
  say: "Plan my tasks, keep Friday evening free…",
  answerHere: "Answer, or say what you would like instead…",
  send: "Send",
  stop: "Stop",
} as const;
