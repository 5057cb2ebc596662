// Package calendar counts working time: the hours of a week, public holidays of
// many countries and the days that a desk adds, in a time zone with its summer
// time. It is pure.
package calendar
