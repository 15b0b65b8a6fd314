DROP INDEX `judgments_evaluation`;--> statement-breakpoint
CREATE INDEX `judgments_evaluation` ON `judgments` (`evaluation_id`,`id`) WHERE "judgments"."evaluation_id" is not null;