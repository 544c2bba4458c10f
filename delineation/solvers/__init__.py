"""What solvers are made of: merging, spanning trees and their cuts, moves and searches, repair of bounds."""
