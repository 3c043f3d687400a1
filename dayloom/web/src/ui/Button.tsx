import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaProps, Tooltip, TooltipTrigger } from "react-aria-components";
import styles from "./Button.module.css";

interface ButtonProps extends Omit<AriaProps, "className" | "style" | "children"> {
  /** `primary` once in a place: what most people want next. */
  kind?: "primary" | "plain" | "quiet" | "danger";
  icon?: LucideIcon;
  children: ReactNode;
}

export function Button({ kind = "plain", icon: Icon, isPending, type, onPress, children, ...rest }: ButtonProps) {
  // What waits for an answer does nothing, and keeps the focus: a dialog whose focus is lost hears no key any more.
  const act = isPending ? ({ type: "button" } as const) : { type, onPress };
  return (
    <AriaButton
      {...rest}
      {...act}
      data-pending={isPending || undefined}
      className={`${styles.button} ${styles[kind] ?? ""}`}
    >
      {Icon && <Icon size={16} aria-hidden />}
      {children}
    </AriaButton>
  );
}

interface IconButtonProps extends Omit<AriaProps, "className" | "style" | "children" | "aria-label"> {
  icon: LucideIcon;
  /** Read by screen readers, and shown to who points at it. */
  label: string;
}

export function IconButton({ icon: Icon, label, ...rest }: IconButtonProps) {
  return (
    <TooltipTrigger delay={600}>
      <AriaButton {...rest} aria-label={label} className={`${styles.button} ${styles.icon}`}>
        <Icon size={18} aria-hidden />
      </AriaButton>
      <Tooltip className={styles.tooltip ?? ""} offset={6}>
        {label}
      </Tooltip>
    </TooltipTrigger>
  );
}
