ALTER TABLE `judgments` ADD `evaluation_row` integer;--> statement-breakpoint
CREATE INDEX `judgments_evaluation_row` ON `judgments` (`evaluation_id`,`evaluation_row`) WHERE "judgments"."evaluation_row" is not null;--> statement-breakpoint
-- the row of a deleted evaluation goes with the last judgment of it
CREATE TRIGGER `judgments_last_of_row` AFTER DELETE ON `judgments`
WHEN OLD.`evaluation_row` IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM `evaluations` WHERE `id` = OLD.`evaluation_id`)
  AND NOT EXISTS (
    SELECT 1 FROM `judgments` WHERE `evaluation_id` = OLD.`evaluation_id` AND `evaluation_row` = OLD.`evaluation_row`
  )
BEGIN
  DELETE FROM `evaluation_rows` WHERE `evaluation_id` = OLD.`evaluation_id` AND `number` = OLD.`evaluation_row`;
END;
