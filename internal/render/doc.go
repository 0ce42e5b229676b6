// Package render turns a report or a plan into text: for people ([Pretty],
// [PrettyPlan], [MarkdownPlan]) and for machines ([JSON], [PlanJSON], [ReceiptJSON], [ErrorJSON]). A plan can
// become a [Script], too.
//
// It decides nothing: what a report does not say, no format says. Whatever it
// is handed may come from files, images and engines of other people, so every
// string passes [Clean] before it is written.
package render
