import {
  Bot,
  Brain,
  CircleDot,
  Flag,
  GitBranch,
  type LucideIcon,
  MessageCircleQuestion,
  MessageSquareReply,
  Play,
  RotateCcw,
  Star,
  Wrench,
} from "lucide-react";
import type { Span } from "./queries";

/** The sign of each kind of step. */
export const ICONS: Record<Span["kind"], LucideIcon> = {
  run: Play,
  node: CircleDot,
  memory: Brain,
  model: Bot,
  tool: Wrench,
  child: GitBranch,
  correction: RotateCcw,
  card: MessageCircleQuestion,
  answer: MessageSquareReply,
  conclusion: Flag,
  feedback: Star,
};
