// Package moving moves the data of a desk from the files of its folder to a database on
// PostgreSQL, or back, while no daemon works on them.
//
// The source is marked first, so that nothing is written to it any more, and stays as it was.
// The target is filled in batches ([maildesk/store/transfer]) and compared row by row; both must
// keep the laws of a desk. A move that ends at any moment goes on when it is called again: the
// mark of the source names it, and the target knows how far it is. Only when all is there does
// a desk open the target.
//
// Begin with [Move].
package moving
