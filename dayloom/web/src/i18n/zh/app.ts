import type { Words } from "../en";

export const app: Words["app"] = {
  name: "dayloom",
  skip: "跳到对话",
  panels: { talk: "对话", week: "日程", tasks: "任务", jobs: "作业", trace: "记录", memory: "记忆" },
  theme: "主题",
  themes: { system: "跟随系统", light: "浅色", dark: "深色" },
  language: "语言",
  settings: "设置",
  close: "关闭",
  cancel: "取消",
  save: "保存",
  edit: "编辑",
  delete: "删除",
  retry: "重试",
  loading: "正在加载…",
  failed: "无法加载：{{why}}",
};
