// Package render turns a report or a plan into text: for people ([Pretty],
// [PrettyPlan]) and for machines ([JSON], [PlanJSON], [ErrorJSON]).
//
// It decides nothing: what a report does not say, no format says. Whatever it
// is handed may come from files, images and engines of other people, so every
// string passes [Clean] before it is written.
package render
